"""``upsample`` gives what Polars' gives."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from parity.cases import Gen
from parity.compare import check

SPANS = {
    "seconds": (timedelta(seconds=40), ("1s", "500ms", "7s")),
    "hours": (timedelta(hours=50), ("15m", "1h", "6h", "1d", timedelta(hours=1))),
    "days": (timedelta(days=60), ("1d", "2d", "1w", "12h", "1mo")),
}


@pytest.mark.parametrize("seed", range(30_000, 30_120))
def test_rows_at_a_step(seed: int) -> None:
    gen = Gen(seed)
    span, steps = SPANS[gen.choice(tuple(SPANS))]
    frame = gen.frame(gen.times(max(1, gen.rows(12)), span))
    every = gen.choice(steps)
    check(lambda m, df: df.upsample("ts", every=every), frame, told=every)


@pytest.mark.parametrize("seed", range(31_000, 31_060))
def test_rows_at_a_step_for_each_key(seed: int) -> None:
    gen = Gen(seed)
    span, steps = SPANS[gen.choice(tuple(SPANS))]
    frame = gen.frame(gen.times(max(1, gen.rows(20)), span)).sort("k", "ts", maintain_order=True)
    every = gen.choice(steps)
    check(lambda m, df: df.upsample("ts", every=every, group_by="k", maintain_order=True), frame, told=every)


@pytest.mark.parametrize("group_by", [None, "k", []])
def test_order_of_columns(group_by: str | list[str] | None) -> None:
    times = [datetime(2024, 1, 1), datetime(2024, 1, 1, 2)]
    frame = pl.DataFrame({"k": ["a", "a"], "x": [1, 2], "ts": times})
    check(lambda m, df: df.upsample("ts", every="1h", group_by=group_by, maintain_order=True), frame, told=group_by)

"""``align`` gives what Polars' cross join of grid and keys, then ``join_asof`` for each frame, gives."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import polaroid as pd
from parity.cases import Gen

SPANS = {
    "seconds": (timedelta(seconds=40), ("1s", "500ms", "7s"), (None, "2s")),
    "hours": (timedelta(hours=50), ("15m", "1h", "6h"), (None, "20m", "5h")),
    "days": (timedelta(days=40), ("1d", "12h"), (None, "1d", "36h")),
}


def aligned(frames: list[pl.DataFrame], every: str, tolerance: str | None, suffixes: list[str]) -> pl.DataFrame:
    both = pl.concat([frame.select("k", "ts") for frame in frames])
    grid = both.select(pl.datetime_range(pl.col("ts").dt.truncate(every).min(), pl.col("ts").max(), every).alias("ts"))
    table = both.select("k").unique(maintain_order=True).join(grid, how="cross")
    for frame, suffix in zip(frames, ["", *suffixes], strict=True):
        by_time = frame.sort("ts", maintain_order=True)
        table = table.with_row_index("place").sort("ts", maintain_order=True)
        table = table.join_asof(by_time, on="ts", by="k", tolerance=tolerance, suffix=suffix, check_sortedness=False)
        table = table.sort("place").drop("place")
    return table.select(*frames[0].columns, pl.exclude(frames[0].columns))


@pytest.mark.parametrize("seed", range(32_000, 32_060))
def test_series_of_frames_on_one_grid(seed: int) -> None:
    gen = Gen(seed)
    span, steps, distances = SPANS[gen.choice(tuple(SPANS))]
    count = gen.choice((1, 2, 3))
    everything = gen.frame(gen.times(max(1, gen.rows(40)), span)).drop_nulls(["k", "ts"])
    if everything.is_empty():
        return
    owner = pl.Series([gen.randrange(count) for _ in range(everything.height)])
    frames = [everything.filter(owner == i) for i in range(count)]
    every, tolerance = gen.choice(steps), gen.choice(distances)
    suffixes = ["_b", "_c"][: count - 1]
    ours = pd.from_arrow(frames[0]).align(
        "ts",
        every=every,
        group_by="k",
        tolerance=tolerance,
        others=[pd.from_arrow(frame) for frame in frames[1:]],
        suffixes=suffixes,
    )
    assert_frame_equal(ours.to_polars(), aligned(frames, every, tolerance, suffixes))

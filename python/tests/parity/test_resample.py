"""``group_by_dynamic`` gives what Polars' gives: all forms of windows, in zones, over clock changes, month ends and 1970."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parity.cases import CLOSED, Gen, given
from parity.compare import AGGREGATES, check

SPANS = {
    "short": (timedelta(minutes=3), ("1s", "7s", "1m", "90s", "500ms", timedelta(seconds=11))),
    "hours": (timedelta(hours=30), ("5m", "1h", "2h", "6h", "24h", "1d", "1h30m", "45m", timedelta(hours=3))),
    "days": (timedelta(days=20), ("6h", "24h", "1d", "2d", "3d", "1w", "1mo", timedelta(days=1))),
    "months": (timedelta(days=500), ("1w", "1mo", "2mo", "1q", "1y", "30d", "5d")),
}
OFFSETS = ("15m", "-15m", "1s", "3h", "-1d", "1h30m", "1d", timedelta(minutes=5))
STARTS_BY = ("window", "datapoint", "monday", "wednesday", "sunday")


def options(gen: Gen, every, periods) -> dict:
    return given(
        every=every,
        period=gen.maybe(gen.choice(periods), 0.4),
        offset=gen.maybe(gen.choice(OFFSETS), 0.4),
        closed=gen.maybe(gen.choice(CLOSED), 0.8),
        label=gen.maybe(gen.choice(("left", "right", "datapoint")), 0.6),
        include_boundaries=gen.maybe(True, 0.3),
        start_by=gen.maybe(gen.choice(STARTS_BY), 0.4),
    )


@pytest.mark.parametrize("seed", range(340))
def test_windows_of_time(seed: int) -> None:
    gen = Gen(seed)
    span, steps = SPANS[gen.choice(tuple(SPANS))]
    frame = gen.frame(gen.times(gen.rows(), span), nans=gen.choice((0.0, 0.1)))
    chosen = options(gen, gen.choice(steps), steps)
    aggregates = gen.sample(sorted(AGGREGATES), 4)

    def program(m, df):
        return df.group_by_dynamic("ts", **chosen).agg(*(AGGREGATES[name](m) for name in aggregates))

    check(program, frame, told=(chosen, aggregates))


@pytest.mark.parametrize("seed", range(1000, 1120))
def test_windows_of_each_key(seed: int) -> None:
    gen = Gen(seed)
    span, steps = SPANS[gen.choice(tuple(SPANS))]
    frame = gen.frame(gen.times(gen.rows(60), span), key_nulls=gen.choice((0.0, 0.2)))
    chosen = options(gen, gen.choice(steps), steps)
    aggregates = gen.sample(sorted(AGGREGATES), 3)

    def program(m, df):
        return df.group_by_dynamic("ts", group_by="k", **chosen).agg(*(AGGREGATES[name](m) for name in aggregates))

    check(program, frame, told=(chosen, aggregates))


@pytest.mark.parametrize("seed", range(2000, 2060))
def test_windows_of_an_index(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.index(gen.rows()))
    chosen = given(
        every=gen.choice(("1i", "3i", "10i")),
        period=gen.maybe(gen.choice(("2i", "5i", "20i"))),
        offset=gen.maybe(gen.choice(("1i", "-2i"))),
        closed=gen.choice(CLOSED),
        label=gen.maybe(gen.choice(("left", "right", "datapoint"))),
        start_by=gen.maybe("datapoint", 0.3),
        include_boundaries=gen.maybe(True, 0.3),
    )

    def program(m, df):
        return df.group_by_dynamic("ts", **chosen).agg(m.col("x").sum(), m.len())

    check(program, frame, told=chosen)


@pytest.mark.parametrize("seed", range(3000, 3040))
def test_windows_of_dates(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(days=300), zone=None).dt.date().alias("ts"))
    every, label = gen.choice(("1d", "3d", "1w", "1mo", "1q")), gen.choice(("left", "right"))
    chosen = given(every=every, closed=gen.choice(CLOSED), label=label)

    def program(m, df):
        return df.group_by_dynamic("ts", **chosen).agg(m.col("x").sum(), m.col("n").last())

    check(program, frame, told=chosen)


@pytest.mark.parametrize("seed", range(4000, 4010))
def test_times_that_descend_are_refused(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(20, timedelta(hours=2), ordered=True)).reverse()
    check(lambda m, df: df.group_by_dynamic("ts", every="10m").agg(m.len()), frame)

"""Windows before each row, of time and of rows, give what Polars' give."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parity.cases import CLOSED, Gen, given
from parity.compare import AGGREGATES, check

SPANS = {
    "short": (timedelta(minutes=2), ("1s", "5s", "30s", "1500ms", timedelta(seconds=20))),
    "hours": (timedelta(hours=40), ("5m", "1h", "3h", "24h", "1d", timedelta(hours=2))),
    "days": (timedelta(days=90), ("1d", "3d", "1w", "36h")),
}
OFFSETS = ("-1s", "-2h", "0s", "1h", "-1d", "5s")
STATISTICS = ("mean", "sum", "min", "max", "std", "var", "median")


@pytest.mark.parametrize("seed", range(10_000, 10_220))
def test_windows_of_time(seed: int) -> None:
    gen = Gen(seed)
    span, periods = SPANS[gen.choice(tuple(SPANS))]
    frame = gen.frame(gen.times(gen.rows(), span), nans=gen.choice((0.0, 0.1)), key_nulls=gen.choice((0.0, 0.1)))
    chosen = given(
        period=gen.choice(periods),
        offset=gen.maybe(gen.choice(OFFSETS), 0.3),
        closed=gen.maybe(gen.choice(CLOSED), 0.8),
        group_by=gen.maybe("k", 0.3),
    )
    aggregates = gen.sample(sorted(AGGREGATES), 4)

    def program(m, df):
        return df.rolling("ts", **chosen).agg(*(AGGREGATES[name](m) for name in aggregates))

    check(program, frame, told=(chosen, aggregates))


@pytest.mark.parametrize("seed", range(11_000, 11_030))
def test_windows_of_an_index(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.index(gen.rows()))
    period, offset = gen.choice(("1i", "4i", "15i")), gen.maybe(gen.choice(("-2i", "1i")), 0.3)
    chosen = given(period=period, offset=offset, closed=gen.choice(CLOSED))
    check(lambda m, df: df.rolling("ts", **chosen).agg(m.col("x").sum(), m.col("n").mean()), frame, told=chosen)


@pytest.mark.parametrize("seed", range(11_500, 11_520))
def test_months_of_dates(seed: int) -> None:
    # of times of day, see test_differences
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(days=150), zone=None).dt.date().alias("ts"))
    chosen = given(period=gen.choice(("1mo", "2mo", "1q")), closed=gen.choice(CLOSED))
    check(lambda m, df: df.rolling("ts", **chosen).agg(m.col("x").sum(), m.len()), frame, told=chosen)


@pytest.mark.parametrize("seed", range(12_000, 12_150))
def test_windows_of_rows(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=1)), nans=gen.choice((0.0, 0.0, 0.1)))
    column, statistic = gen.choice(("x", "n")), gen.choice(STATISTICS)
    size = gen.randrange(1, 8)
    chosen = given(min_samples=gen.maybe(gen.randrange(1, size + 1)), center=gen.maybe(True, 0.3))
    if statistic in ("std", "var"):
        chosen |= given(ddof=gen.maybe(0, 0.3))
    per_key = gen.random() < 0.3

    def program(m, df):
        expr = getattr(m.col(column), f"rolling_{statistic}")(size, **chosen)
        return df.with_columns((expr.over("k") if per_key else expr).alias("r"))

    check(program, frame, told=(column, statistic, size, chosen, per_key))


@pytest.mark.parametrize("seed", range(13_000, 13_120))
def test_windows_of_time_beside_the_rows(seed: int) -> None:
    gen = Gen(seed)
    span, periods = SPANS[gen.choice(tuple(SPANS))]
    frame = gen.frame(gen.times(gen.rows(), span, ordered=gen.random() < 0.7))
    column, statistic = gen.choice(("x", "n")), gen.choice(STATISTICS)
    chosen = given(
        window_size=gen.choice(periods),
        min_samples=gen.maybe(gen.randrange(1, 4), 0.4),
        closed=gen.maybe(gen.choice(CLOSED), 0.8),
    )

    def program(m, df):
        return df.with_columns(getattr(m.col(column), f"rolling_{statistic}_by")("ts", **chosen).alias("r"))

    check(program, frame, told=(column, statistic, chosen))


@pytest.mark.parametrize("interpolation", ["nearest", "higher", "lower", "midpoint", "linear"])
@pytest.mark.parametrize("seed", range(14_000, 14_006))
def test_quantiles_of_rows(seed: int, interpolation: str) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(30, timedelta(hours=1)))
    quantile, size = gen.random(), gen.randrange(1, 9)

    def program(m, df):
        return df.with_columns(m.col("x").rolling_quantile(quantile, interpolation, size, min_samples=1).alias("r"))

    check(program, frame, told=(quantile, size))

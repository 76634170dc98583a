"""Windows before each row, of time and of rows, give what Polars' give."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from parity.cases import CLOSED, Gen, given
from parity.compare import AGGREGATES, check

SPANS = {
    "short": (timedelta(minutes=2), ("1s", "5s", "30s", "1500ms", timedelta(seconds=20))),
    "hours": (timedelta(hours=40), ("5m", "1h", "3h", "24h", "1d", timedelta(hours=2))),
    "days": (timedelta(days=90), ("1d", "3d", "1w", "36h")),
}
OFFSETS = ("-1s", "-2h", "0s", "1h", "-1d", "5s")
# Where days are longer or shorter, rows lie closer than the clock moves: zone, and an hour of UTC near its change.
CHANGES = (
    ("Europe/Berlin", datetime(2024, 10, 27, 0)),
    ("Europe/Berlin", datetime(2024, 3, 31, 0)),
    ("Europe/London", datetime(2023, 10, 29, 0)),
    ("Europe/London", datetime(2023, 3, 26, 0)),
    ("America/New_York", datetime(2023, 11, 5, 5)),
    ("America/New_York", datetime(2023, 3, 12, 6)),
    ("Australia/Lord_Howe", datetime(2024, 4, 6, 14)),
    ("Australia/Lord_Howe", datetime(2024, 10, 5, 15)),
)
BY_THE_CALENDAR = (
    *(("1d", offset) for offset in (None, "0s", "-1h", "1h", "1d", "-2d", "2d", "-1d12h")),
    *((period, offset) for period in ("1h", "24h", "2d") for offset in ("-1d", "1d")),
    *((period, None) for period in ("2d", "1w")),
    ("1w", "-2d"),
    ("1h", "-1d"),
)
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


@pytest.mark.parametrize("aggregate", ["len", "median", "n_unique", "ratio", "first s", "corr"])
def test_windows_that_hold_the_table_many_times_over(aggregate: str) -> None:
    rows = 15_000
    frame = pl.DataFrame(
        {
            "ts": pl.Series([datetime(2024, 1, 1) + timedelta(seconds=i) for i in range(rows)], dtype=pl.Datetime("us")),
            "x": [float(i * 7_919 % 97) for i in range(rows)],
            "n": [i * 31 % 53 for i in range(rows)],
            "s": [str(i % 11) for i in range(rows)],
        }
    )

    def program(m, windows):
        made = m.corr("x", "n").alias("corr") if aggregate == "corr" else AGGREGATES[aggregate](m)
        # of a single pair Polars says NaN, see docs/semantics.md
        return windows.agg(made, m.len().alias("len_2")).filter(m.col("len_2") > 1)

    check(lambda m, df: program(m, df.rolling("ts", period="1h")), frame)
    check(lambda m, df: program(m, df.group_by_dynamic("ts", every="1s", period="1h")), frame)


@pytest.mark.parametrize("seed", range(11_000, 11_030))
def test_windows_of_an_index(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.index(gen.rows()))
    period, offset = gen.choice(("1i", "4i", "15i")), gen.maybe(gen.choice(("-2i", "1i")), 0.3)
    chosen = given(period=period, offset=offset, closed=gen.choice(CLOSED))
    check(lambda m, df: df.rolling("ts", **chosen).agg(m.col("x").sum(), m.col("n").mean()), frame, told=chosen)


@pytest.mark.parametrize("seed", range(11_500, 11_520))
def test_months_of_dates(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(days=150), zone=None).dt.date().alias("ts"))
    chosen = given(period=gen.choice(("1mo", "2mo", "1q")), closed=gen.choice(CLOSED))
    check(lambda m, df: df.rolling("ts", **chosen).agg(m.col("x").sum(), m.len()), frame, told=chosen)


@pytest.mark.parametrize("seed", range(11_600, 11_640))
def test_months_of_times_of_day(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(200), timedelta(days=gen.choice((35, 150)))))
    chosen = given(
        period=gen.choice(("1mo", "2mo", "1q")),
        offset=gen.maybe(gen.choice(("-1d", "0s", "-2mo", "1mo")), 0.3),
        closed=gen.choice(CLOSED),
    )
    check(lambda m, df: df.rolling("ts", **chosen).agg(m.col("x").sum(), m.len()), frame, told=chosen)


def dense(gen: Gen, zone: str, change: datetime) -> pl.DataFrame:
    """Rows 5 to 30 minutes apart around a change of clocks; of some frames a few are there twice or left out."""
    step = gen.choice((5, 10, 20, 30))
    start, count = change - timedelta(hours=gen.choice((26, 50))), 100 * 60 // step
    kept = sorted(k for k in range(count) for _ in range(gen.choice((0, 1, 1, 1, 1, 1, 2)) if gen.random() < 0.5 else 1))
    times = pl.Series("ts", [start + timedelta(minutes=step * k) for k in kept], pl.Datetime(gen.choice(("us", "ns", "ms"))))
    return gen.frame(times.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)).with_columns(i=pl.int_range(pl.len()))


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("seed", range(11_700, 11_710))
def test_days_when_clocks_change(zone: str, change: datetime, seed: int) -> None:
    gen = Gen(seed)
    frame = dense(gen, zone, change)
    by = gen.maybe("k", 0.3)
    for period, offset in gen.sample(BY_THE_CALENDAR, 4):
        chosen = given(period=period, offset=offset, closed=gen.maybe(gen.choice(CLOSED), 0.7), group_by=by)

        def program(m, df, chosen=chosen):
            i = m.col("i")
            return df.rolling("ts", **chosen).agg(i.first().alias("a"), i.last().alias("b"), m.col("x").sum(), m.len())

        check(program, frame, told=(zone, chosen))


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("seed", range(11_800, 11_805))
def test_days_beside_the_rows_when_clocks_change(zone: str, change: datetime, seed: int) -> None:
    gen = Gen(seed)
    frame = dense(gen, zone, change)
    if gen.random() < 0.3:
        frame = frame.sample(fraction=1, shuffle=True, seed=seed)
    chosen = given(window_size=gen.choice(("1d", "2d", "1w", "1d6h")), closed=gen.maybe(gen.choice(CLOSED), 0.7))
    statistic = gen.choice(STATISTICS)

    def program(m, df):
        return df.with_columns(
            m.col("i").rolling_min_by("ts", **chosen).alias("a"),
            m.col("i").rolling_max_by("ts", **chosen).alias("b"),
            getattr(m.col("x"), f"rolling_{statistic}_by")("ts", **chosen).alias("r"),
        )

    check(program, frame, told=(zone, statistic, chosen))


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


@pytest.mark.parametrize("seed", range(15_000, 15_040))
def test_two_columns_in_windows_of_rows(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=1)))
    a, b = gen.sample(("x", "y", "n"), 2)
    size = gen.randrange(3, 9)
    chosen = given(window_size=size, min_samples=gen.maybe(gen.randrange(3, size + 1)))
    ddof, key = gen.maybe(gen.choice((0, 2))), gen.maybe("k", 0.3)

    def program(m, df):
        made = m.rolling_corr(a, b, **chosen), m.rolling_cov(m.col(b), a, **chosen, **given(ddof=ddof))
        made = [each.over(key) for each in made] if key else made
        return df.with_columns(made[0].alias("r"), made[1].alias("c"))

    check(program, frame, told=(a, b, chosen, ddof, key))


@pytest.mark.parametrize("seed", range(16_000, 16_040))
def test_correlation_of_groups_and_windows_of_time(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(minutes=30)), nans=gen.choice((0.0, 0.05)))
    a, b = gen.sample(("x", "y", "n"), 2)
    kind, period = gen.choice(("group", "dynamic", "rolling")), gen.choice(("1m", "10m"))

    def program(m, df):
        grouped = {
            "group": lambda: df.group_by("k", maintain_order=True),
            "dynamic": lambda: df.group_by_dynamic("ts", every=period),
            "rolling": lambda: df.rolling("ts", period=period),
        }[kind]()
        pairs = (m.col(a) + m.col(b)).count().alias("count")
        # of a single pair Polars says NaN, see docs/semantics.md
        return grouped.agg(m.corr(a, b).alias("r"), pairs).filter(m.col("count") > 1)

    check(program, frame, told=(a, b, kind, period))


@pytest.mark.parametrize(
    "keys",
    [
        pl.Series("k", [Decimal("10.00"), Decimal("2.50"), None, Decimal("-3.00"), Decimal("2.05")], pl.Decimal(10, 2)),
        pl.Series("k", [2**64 - 1, 2**63, 0, 2**63 - 1, None], pl.UInt64),
    ],
)
def test_series_come_in_the_order_of_their_numbers(keys: pl.Series) -> None:
    frame = pl.DataFrame({"ts": [datetime(2024, 1, 1, hour) for hour in range(5)], "k": keys, "x": range(5)})
    check(lambda m, df: df.rolling("ts", period="1h", group_by="k").agg(m.col("x").sum()), frame)
    check(lambda m, df: df.group_by_dynamic("ts", every="1h", group_by="k").agg(m.col("x").sum()), frame)


KEYS = {
    "renamed": lambda m: m.col("k").alias("kk"),
    "computed": lambda m: (m.col("n") % 2).alias("p"),
    "several": lambda m: ["k", (m.col("n") % 2).alias("p"), m.col("s").alias("t")],
    "under the name of a column": lambda m: m.col("n") % 2,
    "beside the column of the name": lambda m: [(m.col("n") * 0).alias("x")],
}


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("seed", range(14_000, 14_008))
def test_keys_that_are_computed(seed: int, name: str) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(minutes=30)))

    def aggregates(m):
        return [m.col("x").sum().alias("a"), m.col("n").max().alias("b"), m.len()]

    def ordered(m, df):
        return df.group_by(KEYS[name](m), maintain_order=True).agg(aggregates(m))

    keys = KEYS[name]
    check(lambda m, df: df.rolling("ts", period="5m", group_by=keys(m)).agg(aggregates(m)), frame, told=name)
    check(lambda m, df: df.group_by_dynamic("ts", every="5m", group_by=keys(m)).agg(aggregates(m)), frame, told=name)
    check(ordered, frame, told=name)

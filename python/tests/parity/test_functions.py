"""Functions of text, parts of times, and arithmetic with what is rounded down, over awkward values; rare types."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

import polaroid as pd
from parity.cases import Gen, given
from parity.compare import check

TEXTS = ("", "a", "ab", "Abc", "zé", "it's", "%x_", " x\t", "aaa", "ÄÖ", "\U0001f600b", None)
TIMES = (datetime(2024, 3, 31, 1, 30, 59), datetime(1969, 12, 31, 23, 59, 59, 999000), datetime(1900, 1, 1, 5), None)
DATES = (date(2024, 2, 29), date(1969, 12, 31), None)
FLOATS = (1.5, -1.5, 0.0, 2.0, float("nan"), float("inf"), -7.25, None)
INTS = (0, 1, -7, 8, 2**62, -(2**63), None)

FUNCTIONS = {
    "to_lowercase": lambda m: m.col("s").str.to_lowercase(),
    "to_uppercase": lambda m: m.col("s").str.to_uppercase(),
    "len_chars": lambda m: m.col("s").str.len_chars(),
    "strip_chars": lambda m: m.col("s").str.strip_chars(),
    "starts_with": lambda m: m.col("s").str.starts_with("a"),
    "ends_with": lambda m: m.col("s").str.ends_with(m.col("t")),
    "contains": lambda m: m.col("s").str.contains("b", literal=True),
    "replace_all": lambda m: m.col("s").str.replace_all("a", "Q.", literal=True),
    "slice": lambda m: m.col("s").str.slice(1, 2),
    "slice from the end": lambda m: m.col("s").str.slice(-2),
    "slice before the start": lambda m: m.col("s").str.slice(-4, 3),
    "concat_str": lambda m: m.concat_str("s", "t", separator="-"),
    **{part: lambda m, part=part: getattr(m.col("d").dt, part)() for part in ("year", "quarter", "month", "day", "weekday")},
    **{f"{part} of a date": lambda m, part=part: getattr(m.col("e").dt, part)() for part in ("year", "month", "day", "weekday")},
    **{part: lambda m, part=part: getattr(m.col("d").dt, part)() for part in ("hour", "minute", "second")},
    "floats divided": lambda m: m.col("x") // m.col("y"),
    "floats' remainder": lambda m: m.col("x") % m.col("y"),
    "remainder of a great divisor": lambda m: m.col("x") % 1e300,
    "whole numbers divided": lambda m: m.col("i") // m.col("j"),
    "whole numbers' remainder": lambda m: m.col("i") % m.col("j"),
    "divided by the column": lambda m: 7 // m.col("j"),
    "mixed remainder": lambda m: m.col("i") % m.col("y"),
    "floor": lambda m: m.col("x").floor(),
    "ceil": lambda m: m.col("x").ceil(),
    "is_nan": lambda m: m.col("x").is_nan(),
    "is_not_nan": lambda m: m.col("x").is_not_nan(),
}


def frame(gen: Gen) -> pl.DataFrame:
    rows = gen.rows()
    zone = gen.choice((None, "UTC", "America/New_York", "Asia/Kathmandu"))
    times = pl.Series("d", [gen.choice(TIMES) for _ in range(rows)], pl.Datetime("us")).cast(
        pl.Datetime(gen.choice(("ms", "us", "ns")))
    )
    if zone:
        times = times.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return pl.DataFrame(
        {
            "s": pl.Series([gen.choice(TEXTS) for _ in range(rows)], dtype=pl.String),
            "t": pl.Series([gen.choice(TEXTS) for _ in range(rows)], dtype=pl.String),
            "d": times,
            "e": pl.Series([gen.choice(DATES) for _ in range(rows)], dtype=pl.Date),
            "x": pl.Series([gen.choice(FLOATS) for _ in range(rows)], dtype=pl.Float64),
            "y": pl.Series([gen.choice((0.5, -2.0, 3.0, None)) for _ in range(rows)], dtype=pl.Float64),
            "i": pl.Series([gen.choice(INTS) for _ in range(rows)], dtype=pl.Int64),
            "j": pl.Series([gen.choice((0, 2, -3, 1, None)) for _ in range(rows)], dtype=pl.Int64),
        }
    )


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("seed", range(50_000, 50_005))
def test_functions_of_a_row(seed: int, name: str) -> None:
    function = FUNCTIONS[name]

    def program(m, df):
        made = function(m)
        # lengths and parts of times are Int64 in Polaroid
        wide = (
            made.cast(pl.Int64) if m is pl and not name.startswith(("floats", "floor", "ceil")) and _is_narrow(df, made) else made
        )
        return df.with_columns(wide.alias("r"))

    check(program, frame(Gen(seed)), told=name)


def _is_narrow(df: pl.DataFrame, made: pl.Expr) -> bool:
    return df.select(made.alias("r")).schema["r"] in (pl.Int8, pl.Int32, pl.UInt32)


def test_patterns_that_are_no_plain_text_are_refused() -> None:
    with pytest.raises(TypeError, match="literal=True"):
        pd.col("s").str.contains("a.b")
    assert str(pd.col("s").str.contains("a-b")) == "contains(\"s\", 'a-b')"


def test_truths_are_summed() -> None:
    def program(m, df):
        above = m.col("x") > 0
        return df.group_by("t", maintain_order=True).agg(above.sum().alias("count"), above.mean().alias("mean"))

    for seed in range(51_000, 51_010):
        check(program, frame(Gen(seed)))


HUGE = pl.DataFrame(
    {
        "ts": [datetime(2024, 8, 8, 12, minute) for minute in (0, 1, 2, 3)],
        "u": pl.Series([2**64 - 1, 3, None, 2**63], dtype=pl.UInt64),
    }
)


@pytest.mark.parametrize("name", ["mean", "median", "min", "max", "first", "last", "std"])
def test_numbers_without_a_sign_are_never_negative(name: str) -> None:
    check(lambda m, df: df.rolling("ts", period="3m").agg(getattr(m.col("u"), name)().alias("r")), HUGE)
    check(lambda m, df: df.group_by_dynamic("ts", every="2m").agg(getattr(m.col("u"), name)().alias("r")), HUGE)


def test_numbers_without_a_sign_are_compared_and_counted_as_they_are() -> None:
    check(lambda m, df: df.filter(m.col("u") > 3).select("u"), HUGE)
    check(lambda m, df: df.filter(m.col("u") == 3).select("u"), HUGE)
    near = pl.DataFrame({"u": pl.Series([2**53, 2**53 + 1], dtype=pl.UInt64)})
    check(lambda m, df: df.filter(m.col("u") == 2**53 + 1), near)
    # sums are Int64, and null where they do not fit
    ours = pd.from_arrow(HUGE).rolling("ts", period="1m").agg(pd.col("u").sum().alias("r"))
    assert ours.to_polars()["r"].to_list() == [None, 3, 0, None]
    assert pd.from_arrow(HUGE).diff("u").to_polars()["u_diff_1"].to_list() == [None, None, None, None]


@pytest.mark.parametrize("name", ["first", "last", "min", "max", "count", "n_unique"])
def test_durations_and_times_of_day_are_values_like_others(name: str) -> None:
    times = pl.Series([0, 60_000_000_000, None, 1], dtype=pl.Int64)
    data = HUGE.select("ts").with_columns(d=times.cast(pl.Duration("ns")), t=times.cast(pl.Time))

    def program(m, df):
        aggregates = (getattr(m.col(column), name)().alias(f"{name}_{column}") for column in ("d", "t"))
        return df.group_by_dynamic("ts", every="2m").agg(*aggregates)

    check(program, data)


NOTHING = {
    "filter": lambda m, df: df.filter(m.col("x").is_null()),
    "select": lambda m, df: df.select("x"),
    "sort": lambda m, df: df.sort("x"),
    "count": lambda m, df: df.select(m.col("x").count().alias("count")),
    "fill": lambda m, df: df.with_columns(m.col("x").fill_null(m.col("y"))),
    "shift": lambda m, df: df.with_columns(m.col("x").shift(1).alias("r")),
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_column_of_nulls_alone(name: str) -> None:
    check(NOTHING[name], pl.DataFrame({"x": [None, None], "y": [1, 2]}))


@pytest.mark.parametrize("seed", range(52_000, 52_060))
def test_windows_of_parts_of_days_over_dates(seed: int) -> None:
    gen = Gen(seed)
    rows = gen.rows(15)
    dates = pl.Series(sorted(gen.randrange(19_770, 19_790) for _ in range(rows)), dtype=pl.Int32).cast(pl.Date)
    data = pl.DataFrame({"ts": dates, "x": pl.Series(gen.floats(rows), dtype=pl.Float64)})
    chosen = given(
        period=gen.choice(("12h", "36h", "1d", "49h")),
        offset=gen.maybe(gen.choice(("-12h", "1h", "-30h", "0s")), 0.4),
        closed=gen.choice(("left", "right", "both", "none")),
    )
    check(lambda m, df: df.rolling("ts", **chosen).agg(m.col("x").sum()), data, told=chosen)
    by = {name: value for name, value in chosen.items() if name == "closed"}
    check(lambda m, df: df.with_columns(m.col("x").rolling_sum_by("ts", chosen["period"], **by)), data, told=chosen)


def test_a_covariance_of_one_pair_of_great_numbers_is_none() -> None:
    # Polars' is infinite where its sums have rounded.
    gen = Gen(53_000)
    numbers = {"a": [gen.choice((1, -7, 2**40)) for _ in range(400)], "b": gen.floats(400, nulls=0.6)}
    ours = pd.DataFrame(numbers).with_columns(pd.rolling_cov("a", "b", window_size=3, min_samples=1).alias("r")).to_polars()
    pairs = pl.col("b").is_not_null().cast(pl.Int64).rolling_sum(3, min_samples=1)
    alone = ours.filter(pairs == 1)["r"]
    assert len(alone) > 100
    assert alone.is_nan().all()


def test_a_correlation_needs_two_pairs() -> None:
    data = pl.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3.0, 1.0, 2.0]})
    check(lambda m, df: df.with_columns(m.rolling_corr("a", "b", window_size=2, min_samples=1).alias("r")), data)


@pytest.mark.parametrize(
    "program",
    [
        lambda df: df.rolling("ts", period="1500us").agg(pd.len()),
        lambda df: df.rolling("ts", period="1s", offset="-1us").agg(pd.len()),
        lambda df: df.group_by_dynamic("ts", every="1500us").agg(pd.len()),
        lambda df: df.group_by_dynamic("ts", every="1s", offset="1us").agg(pd.len()),
        lambda df: df.upsample("ts", every="1500us"),
        lambda df: df.with_columns(pd.len().over("ts").alias("n")).with_columns(pd.col("n").rolling_sum_by("ts", "1500us")),
    ],
)
def test_windows_finer_than_the_times_are_refused(program) -> None:
    data = HUGE.select(pl.col("ts").cast(pl.Datetime("ms")))
    with pytest.raises(pd.PolaroidError, match="finer than the times of column 'ts'"):
        program(pd.from_arrow(data)).collect()

"""Where Polaroid differs from Polars by intention: what docs/semantics.md says in section 13, one test each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime

import polars as pl
import pytest

import polaroid as pd

MINUTE = datetime(2024, 8, 8, 12, 0)


def both(program, *frames: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    return program(pl, *frames), program(pd, *(pd.from_arrow(frame) for frame in frames)).to_polars()


def test_counts_are_int64() -> None:
    frame = pl.DataFrame({"ts": [MINUTE], "x": [1.0]})

    def program(m, df):
        return df.group_by_dynamic("ts", every="1m").agg(m.col("x").count().alias("a"), m.len(), m.col("x").n_unique().alias("b"))

    theirs, ours = both(program, frame)
    assert [theirs.schema[name] for name in ("a", "len", "b")] == [pl.UInt32] * 3
    assert [ours.schema[name] for name in ("a", "len", "b")] == [pl.Int64] * 3
    assert ours.equals(theirs.with_columns(pl.col("a", "len", "b").cast(pl.Int64)))


@pytest.mark.parametrize(
    ("dtype", "aggregate", "theirs", "ours"),
    [
        (pl.Int32, "sum", pl.Int32, pl.Int64),
        (pl.Float32, "sum", pl.Float32, pl.Float64),
        (pl.Float32, "mean", pl.Float32, pl.Float64),
        (pl.Float32, "std", pl.Float32, pl.Float64),
    ],
)
def test_aggregates_of_narrow_numbers_are_wide(dtype, aggregate: str, theirs, ours) -> None:
    frame = pl.DataFrame({"g": ["a"] * 3, "x": pl.Series([1, 2, 4], dtype=dtype)})
    expected, found = both(lambda m, df: df.group_by("g").agg(getattr(m.col("x"), aggregate)()), frame)
    assert (expected.schema["x"], found.schema["x"]) == (theirs, ours)
    assert found["x"][0] == pytest.approx(expected["x"][0], rel=1e-6)


def test_a_moment_of_no_value_is_null() -> None:
    frame = pl.DataFrame({"ts": [MINUTE], "x": pl.Series([None], dtype=pl.Float64)})
    theirs, ours = both(lambda m, df: df.group_by_dynamic("ts", every="1m").agg(m.col("x").var(ddof=0)), frame)
    assert (theirs["x"].to_list(), ours["x"].to_list()) == ([0.0], [None])


def test_an_empty_frame_is_upsampled_to_an_empty_frame() -> None:
    frame = pl.DataFrame(schema={"ts": pl.Datetime("us"), "x": pl.Float64})
    with pytest.raises(pl.exceptions.ComputeError):
        frame.upsample("ts", every="1m")
    assert pd.from_arrow(frame).upsample("ts", every="1m").to_polars().equals(frame)


WINDOWS_THAT_GO_BACK = """
from datetime import datetime
import polars as pl
times = [datetime(2024, 2, 29, 12), datetime(2024, 3, 30, 18), datetime(2024, 3, 31, 6), datetime(2024, 3, 31, 7)]
frame = pl.DataFrame({"ts": times, "x": 1})
print(frame.rolling("ts", period="1mo").agg(pl.len())["len"].to_list())
"""


def test_a_window_never_begins_before_that_of_the_row_before_with_any_number_of_threads() -> None:
    # A month before March 30, 18:00 and before March 31, 06:00 are February 29, 18:00 and 06:00.
    def theirs(threads: int) -> list[int]:
        env = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
        made = subprocess.run([sys.executable, "-c", WINDOWS_THAT_GO_BACK], env=env, check=True, capture_output=True, text=True)
        return json.loads(made.stdout)

    times = [datetime(2024, 2, 29, 12), datetime(2024, 3, 30, 18), datetime(2024, 3, 31, 6), datetime(2024, 3, 31, 7)]
    ours = pd.DataFrame({"ts": times, "x": [1] * 4}).rolling("ts", period="1mo").agg(pd.len()).to_polars()
    assert (theirs(1), theirs(2), ours["len"].to_list()) == ([1, 1, 2, 3], [1, 1, 3, 4], [1, 1, 2, 3])


def test_times_of_other_units_meet() -> None:
    left = pl.DataFrame({"ts": pl.Series([MINUTE], dtype=pl.Datetime("ns"))})
    right = pl.DataFrame({"ts": pl.Series([MINUTE], dtype=pl.Datetime("us")), "x": [1]})
    with pytest.raises(pl.exceptions.SchemaError):
        left.join_asof(right, on="ts")
    assert pd.from_arrow(left).join_asof(pd.from_arrow(right), on="ts").to_polars()["x"].to_list() == [1]


def test_rows_without_time_are_refused_by_name() -> None:
    frame = pl.DataFrame({"ts": [MINUTE, None], "x": [1, 2]})
    with pytest.raises(pd.PolaroidError) as refused:
        pd.from_arrow(frame).group_by_dynamic("ts", every="1m").agg(pd.col("x").sum()).collect()
    assert refused.value.slug == "invalid-argument"
    assert "ts" in refused.value.detail


def test_one_pair_has_no_correlation() -> None:
    frame = pl.DataFrame({"g": ["a"], "x": [1.0], "y": [2.0]})
    theirs, ours = both(lambda m, df: df.group_by("g").agg(m.corr("x", "y").alias("r")), frame)
    assert (theirs["r"].is_nan().to_list(), ours["r"].to_list()) == ([True], [None])


def test_categories_come_back_as_texts() -> None:
    frame = pl.DataFrame({"k": pl.Series(["a", "b", "a"], dtype=pl.Categorical), "x": [1, 2, 3]})
    theirs, ours = both(lambda m, df: df.group_by("k", maintain_order=True).agg(m.col("x").sum()), frame)
    assert (theirs.schema["k"], ours.schema["k"]) == (pl.Categorical, pl.String)
    assert ours.equals(theirs.cast({"k": pl.String}))


@pytest.mark.parametrize(
    ("dtype", "values", "made", "theirs", "ours"),
    [
        (pl.Int64, [2**63 - 1], lambda c: c + 1, (pl.Int64, [-(2**63)]), (pl.Int64, [None])),
        (pl.Int8, [127], lambda c: c + 1, (pl.Int8, [-128]), (pl.Int64, [128])),
        (pl.UInt64, [2**64 - 1], lambda c: c + 1, (pl.UInt64, [0]), (pl.Float64, [2.0**64])),
        (pl.Float32, [1.5], lambda c: c + 1, (pl.Float32, [2.5]), (pl.Float64, [2.5])),
        (pl.Decimal(10, 2), [1, 3], lambda c: c.diff(), (pl.Decimal(38, 2), [None, 2]), (pl.Float64, [None, 2.0])),
        (pl.String, ["zé"], lambda c: c.str.len_chars(), (pl.UInt32, [2]), (pl.Int64, [2])),
        (pl.Date, [0], lambda c: c.dt.month(), (pl.Int8, [1]), (pl.Int64, [1])),
    ],
    ids=str,
)
def test_numbers_of_expressions_are_wide(dtype, values: list, made, theirs: tuple, ours: tuple) -> None:
    column = pl.Series("x", values, pl.Int32).cast(pl.Date) if dtype == pl.Date else pl.Series("x", values, dtype)
    expected, found = both(lambda m, df: df.with_columns(made(m.col("x")).alias("r")), column.to_frame())
    assert (expected.schema["r"], expected["r"].to_list()) == theirs
    assert (found.schema["r"], found["r"].to_list()) == ours


def test_constants_and_sums_of_truths_are_int64() -> None:
    theirs, ours = both(lambda m, df: df.select((m.col("x") > 1).sum()), pl.DataFrame({"x": [1, 2, 3]}))
    assert (theirs.schema["x"], ours.schema["x"], ours["x"].to_list()) == (pl.UInt32, pl.Int64, [2])
    theirs, ours = both(lambda m, df: df.with_columns(m.lit(1).alias("one")), pl.DataFrame({"x": [1]}))
    assert (theirs.schema["one"], ours.schema["one"]) == (pl.Int32, pl.Int64)


def test_a_moment_of_one_nan_is_nan() -> None:
    frame = pl.DataFrame({"ts": [MINUTE], "x": [float("nan")]})
    theirs, ours = both(lambda m, df: df.group_by_dynamic("ts", every="1m").agg(m.col("x").var(ddof=0)), frame)
    assert theirs["x"].to_list() == [0.0]
    assert ours["x"].is_nan().to_list() == [True]


def test_clocks_change_after_2099() -> None:
    times = pl.Series("ts", [datetime(2100, 3, 26, 12), datetime(2100, 3, 30, 12)]).dt.replace_time_zone("UTC")
    frame = times.dt.convert_time_zone("Europe/London").to_frame()
    theirs, ours = both(lambda m, df: df.upsample("ts", every="2d"), frame)
    utc = [frame["ts"].dt.convert_time_zone("UTC").dt.hour().to_list() for frame in (theirs, ours)]
    assert utc == [[12, 12, 12], [12, 11, 11]]


def test_windows_of_a_weekday_stay_on_their_grid_where_an_hour_comes_twice_across_midnight() -> None:
    first = pl.Series("ts", [datetime(1999, 10, 31, 3, 0)]).dt.replace_time_zone("UTC").dt.convert_time_zone("America/St_Johns")
    program = lambda m, df: df.group_by_dynamic("ts", every="7h", start_by="wednesday").agg(m.len())  # noqa: E731
    theirs, ours = both(program, first.to_frame())
    assert [str(frame["ts"][0])[:16] for frame in (theirs, ours)] == ["1999-10-30 22:00", "1999-10-30 19:00"]


def test_days_of_a_half_life_have_24_hours_in_a_zone() -> None:
    times = pl.Series("ts", [datetime(2024, 3, 30, 12), datetime(2024, 3, 31, 12)]).dt.replace_time_zone("UTC")
    frame = pl.DataFrame({"ts": times.dt.convert_time_zone("Europe/Berlin"), "x": [0.0, 1.0]})
    with pytest.raises(pl.exceptions.PolarsError):
        frame.select(pl.col("x").ewm_mean_by("ts", half_life="1d"))
    ours = pd.from_arrow(frame).with_columns(pd.col("x").ewm_mean_by("ts", half_life="1d").alias("r"))
    assert ours.to_polars()["r"].to_list() == [0.0, 0.5]


def test_a_half_life_finer_than_the_unit_of_the_times_counts_as_it_is() -> None:
    frame = pl.DataFrame({"ts": pl.Series([MINUTE, MINUTE], dtype=pl.Datetime("ms")), "x": [1.0, 3.0]})
    theirs, ours = both(lambda m, df: df.with_columns(m.col("x").ewm_mean_by("ts", half_life="1us")), frame)
    assert theirs["x"].is_nan().to_list() == [False, True]
    assert ours["x"].to_list() == [1.0, 1.0]


def test_null_times_after_others_match_nothing() -> None:
    left = pl.DataFrame({"ts": pl.Series([None], dtype=pl.Datetime("us"))})
    right = pl.DataFrame({"ts": [MINUTE, None], "x": [1, 2]})
    with pytest.raises(pl.exceptions.PolarsError):
        left.join_asof(right, on="ts", tolerance="1ms")
    assert pd.from_arrow(left).join_asof(pd.from_arrow(right), on="ts", tolerance="1ms").to_polars()["x"].to_list() == [None]


def test_means_of_times_are_not_built() -> None:
    frame = pl.DataFrame({"ts": [MINUTE], "b": [True]})
    for refused in (pd.col("ts").mean(), pd.col("ts").median(), pd.col("b").quantile(0.5)):
        with pytest.raises(pd.PolaroidError, match="does not take"):
            pd.from_arrow(frame).select(refused).collect()


def test_a_fill_value_does_not_change_the_type() -> None:
    frame = pl.DataFrame({"ts": pl.Series([MINUTE], dtype=pl.Datetime("ns")), "n": [1], "d": [MINUTE.date()]})
    theirs, ours = both(lambda m, df: df.select(m.col("ts").shift(fill_value=MINUTE)), frame)
    assert (theirs.schema["ts"], ours.schema["ts"]) == (pl.Datetime("us"), pl.Datetime("ns"))
    assert theirs["ts"].to_list() == ours["ts"].to_list() == [MINUTE]
    for name, value in (("n", 1.5), ("d", MINUTE)):
        assert frame.select(pl.col(name).shift(fill_value=value))[name].to_list() == [value]
        with pytest.raises(pd.PolaroidError, match=f"column '{name}' .* cannot be filled with"):
            pd.from_arrow(frame).select(pd.col(name).shift(fill_value=value))


def test_tolerances_have_a_size() -> None:
    frame = pl.DataFrame({"t": [10, 11], "x": [1, 2]})
    for tolerance, refused in ((-1, ValueError), (True, TypeError)):
        joined = frame.join_asof(frame, on="t", tolerance=tolerance, allow_exact_matches=False)
        assert joined["x_right"].to_list() == [None, 1]
        with pytest.raises(refused):
            pd.from_arrow(frame).join_asof(pd.from_arrow(frame), on="t", tolerance=tolerance)


def test_an_expression_is_of_one_column() -> None:
    frame = pl.DataFrame({"x": [1], "n": [2]})
    assert frame.select(pl.col("x", "n")).columns == ["x", "n"]
    with pytest.raises(TypeError, match="of one column"):
        pd.col("x", "n")


def test_an_empty_period_is_refused() -> None:
    frame = pl.DataFrame({"ts": [MINUTE], "x": [1]})
    assert frame.group_by_dynamic("ts", every="1m", period="").agg(pl.col("x").sum()).is_empty()
    with pytest.raises(ValueError, match="not an empty one"):
        pd.from_arrow(frame).group_by_dynamic("ts", every="1m", period="")

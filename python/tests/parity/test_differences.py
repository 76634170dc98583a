"""Where Polaroid differs from Polars by intention: what docs/semantics.md says in section 13, one test each."""

from __future__ import annotations

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


def test_a_month_before_the_31st_may_begin_before_a_month_before_the_30th() -> None:
    # A month before March 30, 18:00 and before March 31, 06:00 are February 29, 18:00 and 06:00.
    times = [datetime(2024, 2, 29, 12), datetime(2024, 3, 30, 18), datetime(2024, 3, 31, 6)]
    theirs, ours = both(
        lambda m, df: df.rolling("ts", period="1mo").agg(m.col("x").sum()), pl.DataFrame({"ts": times, "x": [1, 1, 1]})
    )
    assert (theirs["x"].to_list(), ours["x"].to_list()) == ([1, 1, 2], [1, 1, 3])


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

"""Runs one program on Polars and on a server, and compares what comes out, to the type of each column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

import polaroid as pd

Program = Callable[..., Any]


def outcome(run: Callable[[], pl.DataFrame]) -> pl.DataFrame | Exception:
    """The frame that comes out, or the failure."""
    try:
        return run()
    except (pl.exceptions.PolarsError, pd.PolaroidError) as error:
        return error


def check(program: Program, *frames: pl.DataFrame, told: Sequence[Any] = ()) -> None:
    """Fails unless both give the same frame, or both refuse.

    Counts are Int64 in Polaroid and UInt32 in Polars (docs/semantics.md, section 13): those columns of Polars' answer are cast,
    no others.
    """
    theirs = outcome(lambda: program(pl, *frames))
    ours = outcome(lambda: program(pd, *(pd.from_arrow(frame) for frame in frames)).to_polars())
    about = f"{told}\n" + "\n".join(f"{frame.rows()!r} {frame.schema}" for frame in frames)
    if isinstance(theirs, Exception) or isinstance(ours, Exception):
        both = isinstance(theirs, Exception) and isinstance(ours, Exception)
        assert both, f"{about}\nPolars: {theirs}\nPolaroid: {ours}"
        return
    try:
        assert_frame_equal(ours, like_ours(theirs), rel_tol=1e-9, abs_tol=1e-9, check_exact=False)
    except AssertionError as difference:
        raise AssertionError(f"{about}\nPolars: {theirs}\nPolaroid: {ours}\n{difference}") from None


COUNTS = ("count", "len", "n_unique")


def like_ours(frame: pl.DataFrame) -> pl.DataFrame:
    """Polars' answer with the types that Polaroid has by intention."""
    counts = [name for name in frame.columns if name.startswith(COUNTS) and frame.schema[name] == pl.UInt32]
    return frame.with_columns(pl.col(counts).cast(pl.Int64)) if counts else frame


# Without spread, ddof=0 is taken of a column without nulls: see test_differences.
AGGREGATES: dict[str, Callable[[Any], Any]] = {
    "sum": lambda m: m.col("x").sum().alias("sum"),
    "sum n": lambda m: m.col("n").sum().alias("sum_n"),
    "mean": lambda m: m.col("x").mean().alias("mean"),
    "mean n": lambda m: m.col("n").mean().alias("mean_n"),
    "min": lambda m: m.col("x").min().alias("min"),
    "max": lambda m: m.col("x").max().alias("max"),
    "min n": lambda m: m.col("n").min().alias("min_n"),
    "max n": lambda m: m.col("n").max().alias("max_n"),
    "first": lambda m: m.col("x").first().alias("first"),
    "last": lambda m: m.col("x").last().alias("last"),
    "first s": lambda m: m.col("s").first().alias("first_s"),
    "last n": lambda m: m.col("n").last().alias("last_n"),
    "first ignoring nulls": lambda m: m.col("n").first(ignore_nulls=True).alias("first_value"),
    "count": lambda m: m.col("x").count().alias("count"),
    "len": lambda m: m.len(),
    "std": lambda m: m.col("x").std().alias("std"),
    "var": lambda m: m.col("n").var().alias("var"),
    "std 0": lambda m: m.col("y").std(ddof=0).alias("std0"),
    "var 0": lambda m: m.col("y").var(ddof=0).alias("var0"),
    "median": lambda m: m.col("x").median().alias("median"),
    "quantile": lambda m: m.col("x").quantile(0.3).alias("q_nearest"),
    "quantile linear": lambda m: m.col("x").quantile(0.75, "linear").alias("q_linear"),
    "quantile lower": lambda m: m.col("n").quantile(0.5, "lower").alias("q_lower"),
    "quantile higher": lambda m: m.col("n").quantile(0.2, "higher").alias("q_higher"),
    "quantile midpoint": lambda m: m.col("x").quantile(0.6, "midpoint").alias("q_midpoint"),
    "n_unique": lambda m: m.col("n").n_unique().alias("n_unique"),
    "ratio": lambda m: ((m.col("x") * m.col("n")).sum() / m.col("n").sum()).alias("ratio"),
    "cov": lambda m: m.cov("x", "n").alias("cov"),
    "cov 0": lambda m: m.cov("y", "n", ddof=2).alias("cov2"),
    "range": lambda m: (m.col("x").max() - m.col("x").min()).alias("range"),
}

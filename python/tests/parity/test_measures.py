"""Measures of prices against what Polars' own expressions make of the same numbers; as-of options that Polars has not."""

from __future__ import annotations

import math
import pathlib

import polars as pl
import pytest

import polaroid as pd

PRICES = [100.0, 101.0, 99.5, None, 102.25, 103.0, 101.5, 104.0, 103.25, 105.0, 104.5, 107.0]
OTHERS = [50.0, 50.25, 49.5, 49.75, 51.0, 51.25, 50.5, 52.0, 51.75, 52.25, 52.5, 53.0]
FRAME = {"k": ["a", "b"] * 6, "p": PRICES, "x": OTHERS}


def _check(ours: pd.DataFrame, column: str, theirs: pl.Series) -> None:
    got = ours.collect().column(column).to_pylist()
    assert len(got) == len(theirs)
    for mine, other in zip(got, theirs.to_list(), strict=True):
        assert (mine is None) == (other is None), (got, theirs.to_list())
        assert mine is None or math.isclose(mine, other, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("n", [1, 3, -2])
def test_returns(n: int) -> None:
    frame, p = pl.DataFrame(FRAME), pl.col("p")
    _check(pd.DataFrame(FRAME).returns("p", n), "p_return", frame.select(p / p.shift(n) - 1)["p"])
    logs = frame.select((p / p.shift(n)).log().over("k"))["p"]
    grouped = frame.select((p.log() - p.shift(n).log()).over("k"))["p"]
    assert len(logs) == len(grouped)
    _check(pd.DataFrame(FRAME).returns("p", n, log=True, by="k", name="l"), "l", grouped)


def test_volatility_and_z_score() -> None:
    frame, p = pl.DataFrame(FRAME), pl.col("p")
    squares = (p.log() - p.shift(1).log()) ** 2
    year = (squares.rolling_mean(4, min_samples=2) * 252).sqrt()
    ours = pd.DataFrame(FRAME).realised_volatility("p", 4, periods_per_year=252, min_samples=2, name="v")
    _check(ours, "v", frame.select(year.alias("v"))["v"])
    score = (p - p.rolling_mean(4, min_samples=2)) / p.rolling_std(4, min_samples=2)
    _check(pd.DataFrame(FRAME).z_score("p", 4, min_samples=2), "p_z_score", frame.select(score)["p"])


def test_drawdown() -> None:
    frame, p = pl.DataFrame(FRAME), pl.col("p")
    _check(pd.DataFrame(FRAME).drawdown("p", by="k"), "p_drawdown", frame.select((p / p.cum_max() - 1).over("k"))["p"])


def test_a_price_that_is_none_lowers_no_later_one() -> None:
    rows = pd.DataFrame({"p": [100.0, math.nan, 90.0, 110.0]}).drawdown("p").collect().column("p_drawdown").to_pylist()
    assert math.isnan(rows.pop(1))
    assert rows == pytest.approx([0.0, -0.1, 0.0])


def test_a_half_life_may_be_finer_than_the_unit_of_the_times() -> None:
    days = pl.DataFrame({"d": pl.Series([0, 1, 3], dtype=pl.Int32).cast(pl.Date), "x": [1.0, 5.0, 2.0]})
    mean = pl.col("x").ewm_mean_by("d", half_life="12h").alias("r")
    ours = pd.from_arrow(days).with_columns(pd.col("x").ewm_mean_by("d", half_life="12h").alias("r"))
    _check(ours, "r", days.select(mean)["r"])


def test_hedge_ratio_and_half_life() -> None:
    frame = pl.DataFrame(FRAME).drop_nulls()
    data = {name: frame[name].to_list() for name in frame.columns}
    ratio = pl.rolling_cov(pl.col("p"), pl.col("x"), window_size=5) / pl.col("x").rolling_var(5)
    _check(pd.DataFrame(data).hedge_ratio("p", "x", 5, name="h"), "h", frame.select(ratio.alias("h"))["h"])
    x = pl.col("x")
    b = pl.rolling_cov(x.diff(), x.shift(1), window_size=6) / x.shift(1).rolling_var(6)
    life = pl.when((b < 0) & (b > -1)).then(-math.log(2) / (1 + b).log())
    _check(pd.DataFrame(data).half_life("x", 6, name="h"), "h", frame.select(life.alias("h"))["h"])


def test_rolling_map_is_that_of_polars() -> None:
    frame = pl.DataFrame(FRAME)
    spread = frame.select(pl.col("x").rolling_map(lambda w: w.max() - w.min(), window_size=3))["x"]
    _check(pd.DataFrame(FRAME).rolling_map("x", lambda w: w.max() - w.min(), 3, name="s"), "s", spread)
    grouped = frame.select(pl.col("x").rolling_map(lambda w: w.sum(), window_size=2, min_samples=1).over("k"))["x"]
    _check(pd.DataFrame(FRAME).rolling_apply("x", sum, 2, min_samples=1, by="k", name="s"), "s", grouped)


def test_asof_ties_inner_and_null_keys() -> None:
    left = pd.DataFrame({"t": [10, 20, 30], "k": ["a", None, "b"]})
    right = pd.DataFrame({"t": [8, 12, 19, 90], "k": ["a", "a", None, "b"], "v": [1, 2, 3, 4]})
    later = left.join_asof(right, on="t", by="k", strategy="nearest", tolerance=5)
    assert later.collect().column("v").to_pylist() == [2, None, None]
    earlier = left.join_asof(right, on="t", by="k", strategy="nearest", tolerance=5, tie="earlier", nulls_equal=True)
    assert earlier.collect().column("v").to_pylist() == [1, 3, None]
    inner = left.join_asof(right, on="t", by="k", strategy="nearest", tolerance=5, how="inner")
    assert inner.collect().to_pydict() == {"t": [10], "k": ["a"], "v": [2]}


def test_to_parquet_modes(tmp_path: pathlib.Path) -> None:
    frame, file = pd.DataFrame({"a": [1, 2]}), tmp_path / "a.parquet"
    frame.to_parquet(file)
    with pytest.raises(FileExistsError):
        frame.to_parquet(file)
    pd.DataFrame({"a": [3]}).to_parquet(file, mode="ignore")
    assert pl.read_parquet(file)["a"].to_list() == [1, 2]
    pd.DataFrame({"a": [3]}).to_parquet(file, mode="overwrite")
    assert pl.read_parquet(file)["a"].to_list() == [3]
    for value in (1, 2):
        pd.DataFrame({"a": [value]}).to_parquet(tmp_path / "many", mode="append")
    assert sorted(pl.read_parquet(tmp_path / "many" / "*.parquet")["a"].to_list()) == [1, 2]
    assert not list(tmp_path.glob(".*.part"))


def test_measures_say_what_is_wrong() -> None:
    with pytest.raises(pd.PolaroidError, match="must be positive"):
        pd.DataFrame(FRAME).realised_volatility("p", 4, periods_per_year=-1).collect()
    with pytest.raises(pd.PolaroidError, match="at least 1 row"):
        pd.DataFrame(FRAME).z_score("p", 4, min_samples=9).collect()

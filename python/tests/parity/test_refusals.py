"""What is wrong is said: what, where, and what was probably meant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import polaroid as pd

ROWS = {
    "ts": [datetime(2024, 1, 1) + timedelta(seconds=i) for i in range(5)],
    "price": [1.0, 2.0, 3.0, 4.0, 5.0],
    "symbol": list("aabba"),
}

UNKNOWN = {
    "filter": lambda f: f.filter(pd.col("prise") > 1),
    "select": lambda f: f.select("prise"),
    "with_columns": lambda f: f.with_columns((pd.col("prise") + 1).alias("x")),
    "drop": lambda f: f.drop("prise"),
    "rename": lambda f: f.rename({"prise": "x"}),
    "sort": lambda f: f.sort("prise"),
    "group_by": lambda f: f.group_by("prise").agg(pd.len()),
    "agg": lambda f: f.group_by("symbol").agg(pd.col("prise").sum()),
    "group_by_dynamic": lambda f: f.group_by_dynamic("prise", every="1s").agg(pd.len()),
    "rolling": lambda f: f.rolling("prise", period="1s").agg(pd.len()),
    "rolling_mean": lambda f: f.with_columns(pd.col("prise").rolling_mean(2)),
    "rolling_mean_by": lambda f: f.with_columns(pd.col("price").rolling_mean_by("prise", "2s")),
    "over": lambda f: f.with_columns(pd.col("price").sum().over("prise")),
    "join": lambda f: f.join(f, on="prise"),
    "join_asof": lambda f: f.join_asof(f, on="prise"),
    "join_asof by": lambda f: f.join_asof(f, on="ts", by="prise"),
    "join_window": lambda f: f.join_window(f, pd.col("prise").sum(), on="ts", period="1s"),
    "upsample": lambda f: f.upsample("prise", every="1s"),
    "align": lambda f: f.align("prise", every="1s"),
    "sessions": lambda f: f.sessions("prise", gap="1s").agg(pd.len()),
    "lag": lambda f: f.lag("prise"),
    "forward_fill": lambda f: f.forward_fill("prise"),
    "ewm_mean": lambda f: f.with_columns(pd.col("prise").ewm_mean(alpha=0.5)),
    "returns": lambda f: f.returns("prise"),
    "rolling_adf": lambda f: f.rolling_adf("prise", 20),
    "rolling_johansen": lambda f: f.rolling_johansen(["prise", "price"], 20),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_column_is_answered_with_the_nearest(name: str) -> None:
    with pytest.raises(pd.PolaroidError, match=r"prise.*did you mean '?price'?") as refused:
        UNKNOWN[name](pd.DataFrame(ROWS)).collect()
    assert refused.value.slug == "unknown-column"


def test_a_name_that_is_near_to_none_is_answered_with_all() -> None:
    with pytest.raises(pd.PolaroidError, match="unknown column 'quantity_of_it'; there are ts, price, symbol"):
        pd.DataFrame(ROWS).lag("quantity_of_it")


@pytest.mark.parametrize("half_life", ["-1s", "0s", "1mo"])
def test_half_lives_that_are_none(half_life: str) -> None:
    with pytest.raises(pd.PolaroidError, match=r"half_life is .* longer than nothing and has no months") as refused:
        pd.DataFrame(ROWS).with_columns(pd.col("price").ewm_mean_by("ts", half_life=half_life)).collect()
    assert refused.value.slug == "invalid-argument"


@pytest.mark.parametrize("tolerance", [-1, -0.5, float("nan"), float("inf")])
def test_tolerances_that_are_none(tolerance: float) -> None:
    frame = pd.DataFrame(ROWS)
    with pytest.raises(ValueError, match=f"tolerance is {tolerance}; as a number it counts units of the times"):
        frame.join_asof(frame, on="ts", tolerance=tolerance)


@pytest.mark.parametrize("join", ["join", "join_asof"])
def test_no_suffix_for_names_that_both_have(join: str) -> None:
    frame = pd.DataFrame(ROWS)
    with pytest.raises(ValueError, match="suffix is '', and both frames have a column 'price'"):
        getattr(frame, join)(frame, on="ts", suffix="")
    made = getattr(frame, join)(frame.select("ts", pd.col("price").alias("p")), on="ts", suffix="")
    assert made.columns == ["ts", "price", "symbol", "p"]


@pytest.mark.parametrize(("column", "fill"), [("ts", "soon"), ("symbol", 1), ("ts", datetime.max)])
def test_fill_values_that_a_column_does_not_take(column: str, fill: object) -> None:
    with pytest.raises(pd.PolaroidError, match=f"column '{column}' .* cannot be filled with"):
        pd.DataFrame(ROWS).select(pd.col(column).shift(fill_value=fill)).collect()

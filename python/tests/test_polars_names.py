"""What Polars has too is called the same, takes its arguments in the same way, and has the same defaults and meaning."""

from __future__ import annotations

import inspect

import duckdb
import polars as pl
import pytest

import polaroid as pd

FRAME = [
    (pd.DataFrame, pl.LazyFrame, name) for name in ("filter", "select", "sort", "explain", "lazy", "collect", "collect_schema")
]
FRAME_NAMES = ("group_by", "group_by_dynamic", "rolling", "join", "join_asof", "with_columns", "head", "limit", "slice")
FRAME += [(pd.DataFrame, pl.LazyFrame, name) for name in (*FRAME_NAMES, "shift", "cache", "drop", "rename")]
FRAME += [(pd.DataFrame, pl.DataFrame, "upsample")]
EXPR_NAMES = ("eq", "ne", "and_", "or_", "not_", "is_null", "is_not_null", "is_in", "is_between", "abs", "sqrt", "exp", "log")
EXPR_NAMES += ("alias", "fill_null", "shift", "diff", "pct_change", "forward_fill", "backward_fill", "over")
EXPR_NAMES += ("first", "last", "min", "max", "sum", "mean", "count", "len", "std", "var", "median", "quantile", "n_unique")
EXPR_NAMES += ("floordiv", "mod", "floor", "ceil", "is_nan", "is_not_nan")
EXPR_NAMES += ("ewm_mean", "ewm_std", "ewm_var", "ewm_mean_by")
STATISTICS = ("mean", "sum", "min", "max", "std", "var", "median", "quantile")
EXPR_NAMES += tuple(f"rolling_{name}{by}" for name in STATISTICS for by in ("", "_by"))
EXPR = [(pd.Expr, pl.Expr, name) for name in EXPR_NAMES]
MODULE = [(pd, pl, name) for name in ("read_parquet", "scan_parquet", "sql", "lit", "when", "len", "from_arrow", "from_pandas")]

# What only we have: by name alone, so that a call written for Polars means the same.
BEYOND_POLARS = {"join_asof": {"how", "tie", "nulls_equal"}}


@pytest.mark.parametrize(("ours", "theirs", "name"), FRAME + EXPR + MODULE, ids=lambda value: getattr(value, "__name__", value))
def test_our_arguments_are_among_those_of_polars(ours: object, theirs: object, name: str) -> None:
    mine = inspect.signature(getattr(ours, name)).parameters
    polars = inspect.signature(getattr(theirs, name)).parameters
    for parameter in mine.values():
        if parameter.name in BEYOND_POLARS.get(name, ()):
            assert parameter.name not in polars
            assert parameter.kind == inspect.Parameter.KEYWORD_ONLY
            continue
        assert parameter.name in polars
        assert parameter.kind == polars[parameter.name].kind, parameter.name
        assert parameter.default == polars[parameter.name].default, parameter.name
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    assert [p for p in mine if mine[p].kind in positional] == [p for p in polars if polars[p].kind in positional][
        : sum(p.kind in positional for p in mine.values())
    ]


ROWS = {"a": [None, -5, -1, 0, 2, 3, 7, None], "b": [1, 3, None, -3, 2, 5, 4, None]}

CONDITIONS = {
    "compare": lambda m: m.col("a") < m.col("b"),
    "not equal": lambda m: m.col("a") != 2,
    "equal null": lambda m: m.col("a") == None,  # noqa: E711
    "and or not": lambda m: ~((m.col("a") > 0) & (m.col("b") > 2)) | m.col("b").is_null(),
    "remainder": lambda m: m.col("a") % 3 == 1,
    "remainder by column": lambda m: m.col("a") % m.col("b") == 1,
    "divide": lambda m: m.col("a") / 2 == 3.5,
    "is_in": lambda m: m.col("a").is_in([2, 3]),
    "not is_in with null": lambda m: ~m.col("a").is_in([2, None]),
    "not is_in nothing": lambda m: ~m.col("a").is_in([]),
    "is_in nulls_equal": lambda m: m.col("a").is_in([2, None], nulls_equal=True),
    "not is_in nulls_equal": lambda m: ~m.col("a").is_in([2], nulls_equal=True),
    "between": lambda m: m.col("a").is_between(-1, 3),
    "between left": lambda m: m.col("a").is_between(-1, m.col("b"), closed="left"),
    "is_null": lambda m: m.col("a").is_null(),
    "abs": lambda m: (m.col("a") - m.col("b")).abs() > 2,
    "negate": lambda m: -m.col("a") > 0,
}


@pytest.mark.filterwarnings("ignore:Comparisons with None")
@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_conditions_keep_the_rows_that_polars_keeps(condition) -> None:
    # The server runs its own rendering of this text on DuckDB; here the text itself stands in for that.
    frame = pl.DataFrame(ROWS).with_row_index("n")
    expected = frame.filter(condition(pl))["n"].to_list()
    table = frame.to_arrow()
    engine = duckdb.connect()
    engine.execute("CREATE MACRO floor_mod(a, b) AS ((a % b) + b) % b")
    found = engine.from_arrow(table).filter(str(condition(pd))).order("n").project("n").fetchall()
    assert [n for (n,) in found] == expected

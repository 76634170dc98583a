"""Turns expressions with windows into operations on a frame, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polaroid.expr import Expr, _expr, _flat, col
from polaroid.windows import new_name

if TYPE_CHECKING:
    from polaroid.frame import DataFrame


def named(exprs: Iterable[Any], more: Mapping[str, Any]) -> list[tuple[str, Expr]]:
    """Expressions with the names of the columns that they become. A text names a column, other values are constants."""
    pairs = [(expr._name or str(expr), expr) for expr in (_column(each) for each in _flat(exprs))]
    pairs += [(name, _column(value)) for name, value in more.items()]
    twice = {name for name, _ in pairs if [other for other, _ in pairs].count(name) > 1}
    if twice:
        raise ValueError(f"two columns have the name {sorted(twice)[0]}: give one an alias")
    return pairs


def _column(value: Any) -> Expr:
    return col(value) if isinstance(value, str) else _expr(value)


def with_columns(frame: DataFrame, pairs: Sequence[tuple[str, Expr]]) -> DataFrame:
    """The frame with computed columns."""
    from polaroid.v1 import dataframe_pb2

    for name, expr in pairs:
        if expr._aggregate:
            raise TypeError(f"{name} is an aggregate of all rows: use select, group_by, or over")
    before = frame
    extra: list[str] = []
    for _, expr in pairs:
        frame = prepared(frame, expr, extra)
    columns = [dataframe_pb2.NamedExpression(name=name, expression=str(expr)) for name, expr in pairs]
    frame = frame._next("WithColumns", columns=columns)
    if not extra:
        return frame
    names = before.columns
    return frame._next("Select", columns=[*names, *(name for name, _ in pairs if name not in names)])


def prepared(frame: DataFrame, expr: Expr, extra: list[str]) -> DataFrame:
    """The frame with a column for each window in an expression; ``extra`` names the columns that were added so far."""
    for key, window in expr._windows.items():
        if key in extra:
            continue
        column = window.input.column
        if not window.input._aggregate:
            frame = prepared(frame, window.input, extra)
            if column is None:
                column = new_name()
                frame = frame._next("WithColumn", name=column, expression=str(window.input))
                extra.append(column)
        frame = window.apply(frame, column or "", key)
        extra.append(key)
    return frame


def keys(frame: DataFrame, pairs: Sequence[tuple[str, Expr]]) -> tuple[DataFrame, list[str], dict[str, str]]:
    """The frame with columns for keys that are computed, the keys, and the names that some of them get in the result.

    A key with the name of a column is kept beside it until then: aggregates are of the column.
    """
    computed = [(name, expr) for name, expr in pairs if expr.column != name]
    if not computed:
        return frame, [name for name, _ in pairs], {}
    taken = set(frame.columns)
    places = {name: new_name() for name, _ in computed if name in taken}
    columns = with_columns(frame, [(places.get(name, name), expr) for name, expr in computed])
    return columns, [places.get(name, name) for name, _ in pairs], {place: name for name, place in places.items()}


def aggregations(exprs: Iterable[Any], more: Mapping[str, Any]) -> list[Any]:
    """Aggregates as the server takes them."""
    from polaroid.v1 import dataframe_pb2

    pairs = named(exprs, more)
    for name, expr in pairs:
        if expr._windows:
            raise TypeError(f"{name} looks at other rows inside a group, which is not built: compute it with with_columns first")
        if not expr._aggregate:
            raise TypeError(f"{name} is no aggregate: lists of values per group are not built; use first, sum, mean, ...")
    return [dataframe_pb2.Aggregation(name=name, expression=str(expr)) for name, expr in pairs]

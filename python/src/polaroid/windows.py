"""What looks at other rows than its own: operations on a frame that stand for a column inside an expression."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polaroid.expr import Expr
    from polaroid.frame import DataFrame

_PREFIX = "__polaroid_"
_count = itertools.count()


def new_name() -> str:
    """The name of a column that no user's frame has."""
    return f"{_PREFIX}{next(_count)}"


def column_name(column: Any) -> str:
    """The name of a column that is named by a text or by an expression that is no more."""
    name = column if isinstance(column, str) else getattr(column, "column", None)
    if name is None:
        raise TypeError(f"a column must be named here, not {column}")
    return name


def column_names(columns: Any) -> list[str]:
    """The names of one column, of several, or of none."""
    if columns is None:
        return []
    one = isinstance(columns, str) or hasattr(columns, "column")
    return [column_name(column) for column in ([columns] if one else columns)]


@dataclass(frozen=True, eq=False)
class Window:
    """An operation on one column, or one value per group, that adds a column."""

    input: Expr

    def over(self, by: tuple[str, ...]) -> Window:
        """The same for each group; a window that has groups of its own keeps them."""
        inner = self.input._over(by)
        return replace(self, input=inner, by=self.by or by)

    def apply(self, frame: DataFrame, column: str, name: str) -> DataFrame:
        """The frame with one column more, made of another."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Column(Window):
    """Lag, Diff and PctChange."""

    method: str
    periods: int = 1
    fill: str | None = None
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.periods, bool) or not isinstance(self.periods, int):
            raise TypeError(f"n is a whole number, not {self.periods!r}")

    def apply(self, frame: DataFrame, column: str, name: str) -> DataFrame:
        more = {} if self.fill is None else {"fill_value": self.fill}
        return frame._next(self.method, column=column, periods=self.periods, by=self.by, name=name, **more)


@dataclass(frozen=True, eq=False)
class Fill(Window):
    """FillForward and FillBackward."""

    method: str
    limit: int | None = None
    by: tuple[str, ...] = ()

    def apply(self, frame: DataFrame, column: str, name: str) -> DataFrame:
        copied = frame._copy(column, name)
        return copied._next(self.method, columns=[name], limit=self.limit, by=self.by)


@dataclass(frozen=True, eq=False)
class Ewm(Window):
    """Exponentially weighted values."""

    function: str = "mean"
    settings: tuple[tuple[str, Any], ...] = ()
    by: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        input: Expr,
        function: str,
        decay: Mapping[str, float | None],
        adjust: bool,
        bias: bool,
        min_samples: int,
        ignore_nulls: bool,
    ) -> Ewm:
        given = {name: value for name, value in decay.items() if value is not None}
        if len(given) != 1:
            raise ValueError(f"exactly one of com, span, half_life and alpha is needed; given: {', '.join(given) or 'none'}")
        if "half_life" in given:
            given["half_life"] = repr(float(given["half_life"]))
        settings = {**given, "adjust": adjust, "bias": bias, "min_samples": min_samples, "ignore_nulls": ignore_nulls}
        return cls(input, function, tuple(settings.items()))

    def apply(self, frame: DataFrame, column: str, name: str) -> DataFrame:
        return frame._next("Ewm", column=column, function=self.function, by=self.by, name=name, **dict(self.settings))


@dataclass(frozen=True, eq=False)
class Rolling(Window):
    """A window of rows or of time before each row."""

    function: str
    window: str
    min_samples: int | None = None
    center: bool = False
    closed: str = ""
    time_column: str = ""
    options: tuple[tuple[str, Any], ...] = field(default=())
    by: tuple[str, ...] = ()

    def apply(self, frame: DataFrame, column: str, name: str) -> DataFrame:
        from polaroid.v1 import dataframe_pb2

        aggregation = dataframe_pb2.Aggregation(column=column, function=self.function, name=name, **dict(self.options))
        return frame._next(
            "RollingWindow",
            window=self.window,
            aggregations=[aggregation],
            min_samples=self.min_samples,
            center=self.center,
            closed=self.closed,
            time_column=self.time_column,
            as_columns=True,
            by=self.by,
        )


@dataclass(frozen=True, eq=False)
class Over(Window):
    """An aggregate of each group, for each of its rows."""

    by: tuple[str, ...] = ()

    def over(self, by: tuple[str, ...]) -> Window:  # noqa: ARG002
        return self

    def apply(self, frame: DataFrame, column: str, name: str) -> DataFrame:  # noqa: ARG002
        groups = frame.group_by(*self.by).agg(self.input.alias(name))
        return frame.join(groups, on=list(self.by), how="left", nulls_equal=True)

"""Statistics of two columns: correlation and covariance, of groups, of windows of time, and of windows of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from polaroid.expr import Expr, col
from polaroid.windows import Window, column_name

if TYPE_CHECKING:
    from polaroid.frame import DataFrame


def corr(a: str | Expr, b: str | Expr, *, method: Literal["pearson"] = "pearson") -> Expr:
    """Pearson's correlation of the rows in which both have a value; NaN where one of them does not vary."""
    if method != "pearson":
        raise ValueError(f"method is pearson, not {method!r}; rank the columns first for Spearman's")
    return _pair("corr", a, b)


def cov(a: str | Expr, b: str | Expr, ddof: int = 1) -> Expr:
    """The covariance of the rows in which both have a value."""
    sample = _pair("cov", a, b)
    if ddof == 1:
        return sample
    # Of n pairs: n - 1 is taken out of the sample covariance, n - ddof put in. Of one pair there is none to start from.
    both = f"{_column(a)} + {_column(b)}"
    n = f"count({both})"
    value = f"CASE WHEN {n} = 1 THEN sum({both}) * 0.0 + 0.0 ELSE {sample} * ({n} - 1) / ({n} - {int(ddof)}) END"
    return _aggregate(f"(CASE WHEN {n} > {int(ddof)} THEN {value} END)", sample)


def rolling_corr(a: str | Expr, b: str | Expr, *, window_size: int, min_samples: int | None = None) -> Expr:
    """The correlation of two columns over the last ``window_size`` rows."""
    return _rolling("corr", a, b, window_size, min_samples)


def rolling_cov(a: str | Expr, b: str | Expr, *, window_size: int, min_samples: int | None = None, ddof: int = 1) -> Expr:
    """The covariance of two columns over the last ``window_size`` rows."""
    return _rolling("cov", a, b, window_size, min_samples, ddof)


@dataclass(frozen=True, eq=False)
class _RollingPair(Window):
    """A window of rows over two columns."""

    function: str
    other: str
    size: int
    min_samples: int | None = None
    ddof: int | None = None
    by: tuple[str, ...] = ()

    def apply(self, frame: DataFrame, column: str, name: str) -> DataFrame:
        from polaroid.v1 import dataframe_pb2

        options = {} if self.ddof is None else {"ddof": self.ddof}
        aggregation = dataframe_pb2.Aggregation(name=name, function=self.function, column=column, other=self.other, **options)
        return frame._next(
            "RollingWindow", window=str(self.size), aggregations=[aggregation], min_samples=self.min_samples, by=self.by
        )


def _rolling(
    function: str, a: str | Expr, b: str | Expr, window_size: int, min_samples: int | None, ddof: int | None = None
) -> Expr:
    if isinstance(window_size, bool) or not isinstance(window_size, int):
        raise TypeError(f"window_size is a number of rows, not {window_size!r}")
    first = col(column_name(a))
    return first._window(_RollingPair(first, function, column_name(b), window_size, min_samples, ddof))


def _pair(function: str, a: str | Expr, b: str | Expr) -> Expr:
    first, second = _column(a), _column(b)
    if first._aggregate or second._aggregate:
        raise TypeError(f"{function} of an aggregate: {first}, {second}")
    return _aggregate(f"{function}({first}, {second})", first, second)


def _aggregate(text: str, *parts: Expr) -> Expr:
    return parts[0]._with("", *parts[1:])._aggregate_of(text)


def _column(value: Any) -> Expr:
    return col(value) if isinstance(value, str) else value

"""Aggregates of expressions: one value for a group or window of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polaroid.rolling import QuantileMethod

if TYPE_CHECKING:
    from polaroid.expr import Expr


class AggregateMethods:
    """The part of an expression that makes aggregates."""

    __slots__ = ()

    def first(self, *, ignore_nulls: bool = False) -> Expr:
        """The value of the first row, null or not unless ``ignore_nulls``."""
        return self._aggregated("first" if ignore_nulls else "first_value")

    def last(self, *, ignore_nulls: bool = False) -> Expr:
        """The value of the last row, null or not unless ``ignore_nulls``."""
        return self._aggregated("last" if ignore_nulls else "last_value")

    def min(self) -> Expr:
        return self._aggregated("min")

    def max(self) -> Expr:
        return self._aggregated("max")

    def sum(self) -> Expr:
        """The sum; 0 of nothing."""
        return self._aggregated("sum")

    def mean(self) -> Expr:
        return self._aggregated("mean")

    def count(self) -> Expr:
        """The number of values that are not null."""
        return self._aggregated("count")

    def len(self) -> Expr:
        """The number of rows."""
        return self._aggregate_of("count(*)")

    def std(self, ddof: int = 1) -> Expr:
        return self._with_ddof("std", ddof)

    def var(self, ddof: int = 1) -> Expr:
        return self._with_ddof("var", ddof)

    def median(self) -> Expr:
        return self._aggregated("median")

    def quantile(self, quantile: float, interpolation: QuantileMethod = "nearest") -> Expr:
        return self._aggregated("quantile", f", {float(quantile)!r}, '{interpolation}'")

    def n_unique(self) -> Expr:
        """The number of distinct values; null is one."""
        return self._aggregated("n_unique")

    def _aggregated(self, function: str, more: str = "") -> Expr:
        if self._aggregate:
            raise TypeError(f"{function} of an aggregate: {self._text}")
        return self._aggregate_of(f"{function}({self._text}{more})")

    def _with_ddof(self, function: str, ddof: int) -> Expr:
        if ddof == 1:
            return self._aggregated(function)
        # Of n values: n - 1 is taken out of the sample variance, n - ddof put in. Of one value there is none to start from.
        n, total, sample = (self._aggregated(name) for name in ("count", "sum", "var"))
        variance = f"(CASE WHEN {n} = 1 THEN {total} * 0.0 + 0.0 ELSE {sample} * ({n} - 1) / ({n} - {int(ddof)}) END)"
        value = f"sqrt({variance})" if function == "std" else variance
        return sample._with(f"(CASE WHEN {n} > {int(ddof)} THEN {value} END)")

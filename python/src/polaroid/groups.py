"""Frames whose rows are in groups or windows, on the way to their aggregates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polaroid.expr import Expr, col, len_
from polaroid.lowering import aggregations

if TYPE_CHECKING:
    from polaroid.frame import DataFrame


class GroupBy:
    """Groups of rows, waiting for their aggregates."""

    def __init__(self, frame: DataFrame, method: str, keys: Sequence[str], names: Mapping[str, str], **fields: Any) -> None:
        self._frame = frame
        self._method = method
        self._keys = list(keys)
        self._names = dict(names)
        self._fields = fields

    def agg(self, *aggs: Expr | Sequence[Expr], **named_aggs: Expr) -> DataFrame:
        """One row for each group or window, with these aggregates."""
        made = aggregations(aggs, named_aggs)
        grouped = self._frame._next(self._method, aggregations=made, **self._fields)
        return grouped.rename(self._names) if self._names else grouped

    def len(self, name: str | None = None) -> DataFrame:
        """The number of rows in each."""
        return self.agg(len_().alias(name or "len"))

    def first(self) -> DataFrame:
        """The first row's values of all other columns."""
        return self._of_all("first")

    def last(self) -> DataFrame:
        """The last row's values of all other columns."""
        return self._of_all("last")

    def min(self) -> DataFrame:
        return self._of_all("min")

    def max(self) -> DataFrame:
        return self._of_all("max")

    def sum(self) -> DataFrame:
        return self._of_all("sum")

    def mean(self) -> DataFrame:
        return self._of_all("mean")

    def median(self) -> DataFrame:
        return self._of_all("median")

    def n_unique(self) -> DataFrame:
        return self._of_all("n_unique")

    def count(self) -> DataFrame:
        """The number of values of all other columns that are not null."""
        return self._of_all("count")

    def _of_all(self, function: str) -> DataFrame:
        keys = {*self._keys, *self._names.values()}
        others = [name for name in self._frame.columns if name not in keys]
        return self.agg(*(getattr(col(name), function)() for name in others))

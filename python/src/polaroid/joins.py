"""Operations on two frames."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from polaroid import lowering
from polaroid.durations import duration
from polaroid.errors import server_errors
from polaroid.rolling import ClosedInterval
from polaroid.windows import column_name, column_names

if TYPE_CHECKING:
    from polaroid.expr import Expr
    from polaroid.frame import DataFrame


_MOST_UNITS = 10**18


class JoinMethods:
    """The part of a frame that joins others."""

    def join(
        self,
        other: DataFrame,
        on: str | Expr | Sequence[str | Expr] | None = None,
        how: Literal["inner", "left", "right", "full", "semi", "anti", "cross"] = "inner",
        *,
        left_on: str | Expr | Sequence[str | Expr] | None = None,
        right_on: str | Expr | Sequence[str | Expr] | None = None,
        suffix: str = "_right",
        nulls_equal: bool = False,
        coalesce: bool | None = None,
    ) -> DataFrame:
        """The rows of both frames that are equal in some columns."""
        return self._with_other(
            "Join",
            other,
            on=column_names(on),
            how=how,
            left_on=column_names(left_on),
            right_on=column_names(right_on),
            suffix=suffix,
            nulls_equal=nulls_equal,
            coalesce=coalesce,
        )

    def join_asof(
        self,
        other: DataFrame,
        *,
        left_on: str | Expr | None = None,
        right_on: str | Expr | None = None,
        on: str | Expr | None = None,
        by_left: str | Sequence[str] | None = None,
        by_right: str | Sequence[str] | None = None,
        by: str | Sequence[str] | None = None,
        strategy: Literal["backward", "forward", "nearest"] = "backward",
        suffix: str = "_right",
        tolerance: str | int | float | timedelta | None = None,
        coalesce: bool = True,
        allow_exact_matches: bool = True,
        check_sortedness: bool = True,
        how: Literal["left", "inner"] = "left",
        tie: Literal["later", "earlier"] = "later",
        nulls_equal: bool = False,
    ) -> DataFrame:
        """Each row with the nearest row of another frame, by time.

        Args:
            tolerance: how far a match may be away; a number counts units of the times, such as days of dates.
            how: what Polars has not: ``"inner"`` leaves out rows without a match.
            tie: which of two rows at the same distance is the nearest; ``"later"`` as Polars, ``"earlier"`` as pandas.
            nulls_equal: whether a null key matches a null key, as in pandas.
        """
        return self._with_other(
            "AsofJoin",
            other,
            on="" if on is None else column_name(on),
            left_on="" if left_on is None else column_name(left_on),
            right_on="" if right_on is None else column_name(right_on),
            by=column_names(by),
            by_left=column_names(by_left),
            by_right=column_names(by_right),
            direction=strategy,
            suffix=suffix,
            tolerance="" if tolerance is None else _tolerance(tolerance),
            coalesce=coalesce,
            allow_exact_matches=allow_exact_matches,
            check_sortedness=check_sortedness,
            how=how,
            tie=tie,
            nulls_equal=nulls_equal,
        )

    def join_window(
        self,
        other: DataFrame,
        *aggs: Expr | Sequence[Expr],
        on: str,
        period: str | timedelta,
        offset: str | timedelta | None = None,
        closed: ClosedInterval = "both",
        by: str | Sequence[str] | None = None,
        include_prevailing: bool = False,
        **named_aggs: Expr,
    ) -> DataFrame:
        """Each row with aggregates of the other frame's rows in a window of time around it, by default before it.

        Args:
            offset: where the window begins, seen from the row; by default ``-period``.
            include_prevailing: whether the last row before the window belongs to it too.
        """
        return self._with_other(
            "WindowJoin",
            other,
            on=on,
            by=column_names(by),
            period=duration(period),
            offset="" if offset is None else duration(offset),
            closed=closed,
            aggregations=lowering.aggregations(aggs, named_aggs),
            include_prevailing=include_prevailing,
        )

    def _with_other(self, method: str, other: DataFrame, **fields: Any) -> DataFrame:
        from polaroid.v1 import dataframe_pb2

        left, right = (dataframe_pb2.Handle(id=frame._checked()) for frame in (self, other))
        request = getattr(dataframe_pb2, f"{method}Request")(left=left, right=right, **fields)
        with server_errors():
            joined = self._like(self._connection._call(method, request).handle.id)
        if fields.get("suffix") == "":  # the server takes it as not given
            _refuse_suffixed(joined, self, other)
        return joined


def _refuse_suffixed(joined: DataFrame, left: DataFrame, right: DataFrame) -> None:
    known = {*left.columns, *right.columns}
    twice = [name.removesuffix("_right") for name in joined.columns if name not in known]
    if twice:
        raise ValueError(f"suffix is '', and both frames have a column {twice[0]!r}: give a suffix, or rename one")


def _tolerance(value: str | int | float | timedelta) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return duration(value)
    if not 0 <= value < _MOST_UNITS:
        raise ValueError(f"tolerance is {value!r}; as a number it counts units of the times, and is not negative")
    return str(int(value))  # times are whole: what is between two distances reaches as far as the shorter one

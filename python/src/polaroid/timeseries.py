"""Frames that know their time column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from polaroid.expr import Expr, col, len_
from polaroid.frame import DataFrame, sort_keys
from polaroid.groups import GroupBy

if TYPE_CHECKING:
    from polaroid.connection import Connection

_SIZES = ("size", "volume", "qty", "quantity", "amount")


class TimeSeries(DataFrame):
    """Rows in order of a time column, which operations take where no other is named."""

    _time: str
    _frequency: str | None

    @classmethod
    def over(cls, frame: DataFrame, time: str | None, frequency: str | None) -> TimeSeries:
        """The rows of a frame in order of a time column; if it has only one, that need not be named."""
        column = time or _only_time(frame.schema)
        ordered = frame._ask("Sort", by=sort_keys([column])).handle.id
        return cls._timed(frame._connection, ordered, column, frequency)

    @classmethod
    def _timed(cls, connection: Connection, handle_id: str, time: str, frequency: str | None) -> TimeSeries:
        made = cls.__new__(cls)
        made._begin(connection, handle_id)
        made._time, made._frequency = time, frequency
        return made

    @property
    def timestamp_col(self) -> str:
        """The time column."""
        return self._time

    @property
    def frequency(self) -> str | None:
        """The step between rows, if it was told."""
        return self._frequency

    def resample_ohlcv(
        self,
        every: str | timedelta,
        *,
        price: str | None = None,
        size: str | None = None,
        group_by: str | Iterable[str] | None = None,
        **options: Any,
    ) -> DataFrame:
        """Open, high, low, close and volume of windows on a grid of time.

        Of bars, a frame with columns open, high, low and close, longer bars; else of the column ``price``, with ``size`` for the
        volume and the volume-weighted price. Further options are those of ``resample``.
        """
        names = self.columns
        bars = price is None and {"open", "high", "low", "close"} <= set(names)
        grouped = self.resample(self._time, every, group_by=group_by, **options)
        return grouped.agg(*(_longer(names) if bars else _ohlcv(names, price, size)))

    def resample_to(self, every: str | timedelta, **options: Any) -> GroupBy:
        """``resample`` over the time column."""
        return self.resample(self._time, every, **options)

    def _like(self, handle_id: str) -> DataFrame:
        return TimeSeries._timed(self._connection, handle_id, self._time, self._frequency)


def _only_time(schema: pa.Schema) -> str:
    times = [each.name for each in schema if pa.types.is_timestamp(each.type) or pa.types.is_date(each.type)]
    if len(times) != 1:
        raise ValueError(f"name the time column: there are {', '.join(times) or 'none'}")
    return times[0]


def _longer(names: list[str]) -> list[Expr]:
    sums = [col(name).sum() for name in ("volume", "count") if name in names]
    vwap = [(col("vwap") * col("volume")).sum() / col("volume").sum()] if {"vwap", "volume"} <= set(names) else []
    edges = [col("open").first(), col("high").max(), col("low").min(), col("close").last()]
    return [*edges, *sums, *(each.alias("vwap") for each in vwap)]


def _ohlcv(names: list[str], price: str | None, size: str | None) -> list[Expr]:
    p = col(price or "price")
    edges = [p.first().alias("open"), p.max().alias("high"), p.min().alias("low"), p.last().alias("close")]
    column = size or next((name for name in _SIZES if name in names), None)
    if column is None:
        return [*edges, len_().alias("count")]
    s = col(column)
    vwap = (p * s).sum() / s.sum()
    return [*edges, s.sum().alias("volume"), p.count().alias("count"), vwap.alias("vwap")]

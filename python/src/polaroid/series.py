"""A column of a frame, in the manner of pandas: ``frame["close"].rolling(20).mean()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from polaroid.expr import Expr, col

if TYPE_CHECKING:
    import pandas
    import polars

    from polaroid.frame import DataFrame


class Series(Expr):
    """An expression that knows its frame, so that it can be read by itself. It can stand wherever an expression can."""

    __slots__ = ("_frame",)

    def __init__(self, frame: DataFrame, expr: Expr) -> None:
        super().__init__(expr._text, expr._column, name=expr._name, windows=expr._windows, aggregate=expr._aggregate)
        self._frame = frame

    @classmethod
    def named(cls, frame: DataFrame, name: str) -> Series:
        """A column of a frame."""
        return cls(frame, col(name))

    @property
    def name(self) -> str:
        """The name of the column that it is or becomes."""
        return self._name or self._text

    def rolling(self, window: int, min_periods: int | None = None, center: bool = False) -> RollingRows:
        """Windows of the last ``window`` rows, waiting for their aggregate; ``min_periods`` is Polars' ``min_samples``."""
        return RollingRows(self, window, min_periods, center)

    def ewm(self, **options: Any) -> EwmRows:
        """Exponential weights, waiting for what they weigh: ``ewm(span=20).mean()``."""
        return EwmRows(self, options)

    def to_frame(self) -> DataFrame:
        """A frame of this column alone."""
        return self._frame.select(self)

    def collect(self) -> pa.ChunkedArray:
        """Its values."""
        return self.to_frame().collect().column(0)

    def to_list(self) -> list[Any]:
        """Its values as Python objects."""
        return self.collect().to_pylist()

    def to_polars(self) -> polars.Series:
        """Its values as a Polars series."""
        return self.to_frame().to_polars().to_series()

    def to_pandas(self) -> pandas.Series:
        """Its values as a pandas series."""
        return self.to_frame().to_pandas().iloc[:, 0]

    def __repr__(self) -> str:
        return f"<polaroid.Series {self._text}; collect() reads it>"

    def _made(self, expr: Expr) -> Expr:
        return Series(self._frame, expr)


class RollingRows:
    """The last rows before each row of a column."""

    def __init__(self, series: Series, window: int, min_samples: int | None, center: bool) -> None:
        self._series = series
        self._window = window
        self._options = {"min_samples": min_samples, "center": center}

    def mean(self) -> Expr:
        return self._series.rolling_mean(self._window, **self._options)

    def sum(self) -> Expr:
        return self._series.rolling_sum(self._window, **self._options)

    def min(self) -> Expr:
        return self._series.rolling_min(self._window, **self._options)

    def max(self) -> Expr:
        return self._series.rolling_max(self._window, **self._options)

    def std(self, ddof: int = 1) -> Expr:
        return self._series.rolling_std(self._window, ddof=ddof, **self._options)

    def var(self, ddof: int = 1) -> Expr:
        return self._series.rolling_var(self._window, ddof=ddof, **self._options)

    def median(self) -> Expr:
        return self._series.rolling_median(self._window, **self._options)

    def quantile(self, quantile: float, interpolation: str = "linear") -> Expr:
        """A quantile; between two values it is linear, as in pandas."""
        return self._series.rolling_quantile(quantile, interpolation, self._window, **self._options)


class EwmRows:
    """Exponential weights over a column."""

    def __init__(self, series: Series, options: dict[str, Any]) -> None:
        self._series = series
        self._options = options

    def mean(self) -> Expr:
        return self._series.ewm_mean(**self._options)

    def std(self, bias: bool = False) -> Expr:
        return self._series.ewm_std(bias=bias, **self._options)

    def var(self, bias: bool = False) -> Expr:
        return self._series.ewm_var(bias=bias, **self._options)

"""Rolling windows of expressions: rolling_mean, rolling_mean_by and their kin."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from polaroid.durations import duration
from polaroid.windows import Rolling, column_name

if TYPE_CHECKING:
    from polaroid.expr import Expr

ClosedInterval = Literal["both", "left", "right", "none"]
QuantileMethod = Literal["nearest", "higher", "lower", "midpoint", "linear", "equiprobable"]


class RollingMethods:
    """The part of an expression that makes windows before each row."""

    __slots__ = ()

    def _rolling(self, function: str, window: Any, weights: Any, min_samples: int | None, center: bool, **options: Any) -> Expr:
        if weights is not None:
            raise TypeError("weights of rolling windows are not built")
        if isinstance(window, bool) or not isinstance(window, int):
            raise TypeError(f"window_size is a number of rows, not {window!r}; for windows of time use rolling_{function}_by")
        return self._window(
            Rolling(self, function, str(window), min_samples=min_samples, center=center, options=tuple(options.items()))
        )

    def _rolling_by(self, function: str, by: Any, window: Any, min_samples: int, closed: str, **options: Any) -> Expr:
        rolling = Rolling(
            self,
            function,
            duration(window),
            min_samples=min_samples,
            closed=closed,
            time_column=column_name(by),
            options=tuple(options.items()),
        )
        return self._window(rolling)


def _add_rolling() -> None:
    """Adds rolling_mean, rolling_mean_by and their kin, which differ in their names only."""
    for function in ("mean", "sum", "min", "max", "median"):
        setattr(RollingMethods, f"rolling_{function}", _rolling_method(function))
        setattr(RollingMethods, f"rolling_{function}_by", _rolling_by_method(function, 0 if function == "sum" else 1))
    for function in ("std", "var"):
        setattr(RollingMethods, f"rolling_{function}", _rolling_ddof_method(function))
        setattr(RollingMethods, f"rolling_{function}_by", _rolling_ddof_by_method(function))


def _named(method: Any, name: str, document: str) -> Any:
    method.__name__, method.__qualname__, method.__doc__ = name, f"Expr.{name}", document
    return method


def _rolling_method(function: str) -> Any:
    def method(self, window_size: int, weights: None = None, *, min_samples: int | None = None, center: bool = False) -> Expr:
        return self._rolling(function, window_size, weights, min_samples, center)

    return _named(method, f"rolling_{function}", f"The {function} of the last ``window_size`` rows.")


def _rolling_ddof_method(function: str) -> Any:
    def method(
        self, window_size: int, weights: None = None, *, min_samples: int | None = None, center: bool = False, ddof: int = 1
    ) -> Expr:
        return self._rolling(function, window_size, weights, min_samples, center, ddof=ddof)

    return _named(method, f"rolling_{function}", f"The {function} of the last ``window_size`` rows.")


def _rolling_by_method(function: str, least: int) -> Any:
    def method(
        self, by: str | Expr, window_size: timedelta | str, *, min_samples: int = least, closed: ClosedInterval = "right"
    ) -> Expr:
        return self._rolling_by(function, by, window_size, min_samples, closed)

    return _named(method, f"rolling_{function}_by", f"The {function} of the rows within ``window_size`` before each row's time.")


def _rolling_ddof_by_method(function: str) -> Any:
    def method(
        self,
        by: str | Expr,
        window_size: timedelta | str,
        *,
        min_samples: int = 1,
        closed: ClosedInterval = "right",
        ddof: int = 1,
    ) -> Expr:
        return self._rolling_by(function, by, window_size, min_samples, closed, ddof=ddof)

    return _named(method, f"rolling_{function}_by", f"The {function} of the rows within ``window_size`` before each row's time.")


def _rolling_quantile(
    self: RollingMethods,
    quantile: float,
    interpolation: QuantileMethod = "nearest",
    window_size: int = 2,
    weights: None = None,
    *,
    min_samples: int | None = None,
    center: bool = False,
) -> Expr:
    """A quantile of the last ``window_size`` rows."""
    options = {"quantile": quantile, "interpolation": interpolation}
    return self._rolling("quantile", window_size, weights, min_samples, center, **options)


def _rolling_quantile_by(
    self: RollingMethods,
    by: str | Expr,
    window_size: timedelta | str,
    *,
    quantile: float,
    interpolation: QuantileMethod = "nearest",
    min_samples: int = 1,
    closed: ClosedInterval = "right",
) -> Expr:
    """A quantile of the rows within ``window_size`` before each row's time."""
    return self._rolling_by("quantile", by, window_size, min_samples, closed, quantile=quantile, interpolation=interpolation)


_add_rolling()
RollingMethods.rolling_quantile = _rolling_quantile
RollingMethods.rolling_quantile_by = _rolling_quantile_by

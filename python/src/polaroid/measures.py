"""Measures of prices, windows with functions of one's own, and files of this machine."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from polaroid.durations import duration
from polaroid.windows import column_name, column_names

if TYPE_CHECKING:
    from polaroid.expr import Expr
    from polaroid.frame import DataFrame

Columns = str | Sequence[str] | None


class MeasureMethods:
    """The part of a frame that adds measures. ``window`` is a number of rows or a duration; ``by`` names the keys of groups."""

    def returns(
        self, column: str | Expr, n: int = 1, *, log: bool = False, by: Columns = None, name: str | None = None
    ) -> DataFrame:
        """The frame with a column of returns over ``n`` rows, simple or logarithmic."""
        return self._measure("log_return" if log else "return", column, periods=n, by=by, name=name)

    def realised_volatility(
        self,
        column: str | Expr,
        window: int | str | timedelta,
        *,
        periods_per_year: float = 1,
        min_samples: int | None = None,
        time_column: str = "",
        by: Columns = None,
        name: str | None = None,
    ) -> DataFrame:
        """The root of the mean squared log return of a window, for one row, or scaled by the rows of a year."""
        more = {"periods_per_year": periods_per_year, "min_samples": min_samples, "time_column": time_column}
        return self._measure("realised_volatility", column, window=_window(window), by=by, name=name, **more)

    def z_score(
        self,
        column: str | Expr,
        window: int | str | timedelta,
        *,
        min_samples: int | None = None,
        time_column: str = "",
        by: Columns = None,
        name: str | None = None,
    ) -> DataFrame:
        """How many standard deviations of its window a value lies above the mean of its window."""
        more = {"min_samples": min_samples, "time_column": time_column}
        return self._measure("z_score", column, window=_window(window), by=by, name=name, **more)

    def drawdown(self, column: str | Expr, *, by: Columns = None, name: str | None = None) -> DataFrame:
        """The part by which a price lies below its highest so far: 0 or negative."""
        return self._measure("drawdown", column, by=by, name=name)

    def hedge_ratio(
        self,
        y: str | Expr,
        x: str | Expr,
        window: int | str | timedelta,
        *,
        min_samples: int | None = None,
        time_column: str = "",
        by: Columns = None,
        name: str | None = None,
    ) -> DataFrame:
        """The slope of the line of ``y`` on ``x`` in a window: how much of ``x`` hedges one ``y``."""
        more = {"with": column_name(x), "min_samples": min_samples, "time_column": time_column}
        return self._measure("hedge_ratio", y, window=_window(window), by=by, name=name, **more)

    def half_life(
        self,
        column: str | Expr,
        window: int | str | timedelta,
        *,
        min_samples: int | None = None,
        time_column: str = "",
        by: Columns = None,
        name: str | None = None,
    ) -> DataFrame:
        """Rows in which a deviation from the mean of a window halves; null where the window does not revert."""
        more = {"min_samples": min_samples, "time_column": time_column}
        return self._measure("half_life", column, window=_window(window), by=by, name=name, **more)

    def rolling_adf(
        self,
        column: str | Expr,
        window_size: int,
        *,
        maxlag: int | None = None,
        regression: Literal["n", "c", "ct", "ctt"] = "c",
        autolag: Literal["AIC", "BIC", "t-stat"] | None = "AIC",
        by: Columns = None,
    ) -> DataFrame:
        """The frame with ``<column>_adf_statistic`` and ``<column>_adf_p_value`` of the last ``window_size`` rows of each row.

        Both are null where a window is not full, holds a null, NaN or infinity, or cannot be tested; options as of ``adf_test``.
        """
        more = {"maxlag": maxlag, "regression": regression, "autolag": autolag or "none"}
        return self._next("RollingAdf", column=column_name(column), window_size=window_size, by=column_names(by), **more)

    def rolling_johansen(
        self,
        columns: str | Sequence[str],
        window_size: int,
        *,
        det_order: int = 0,
        k_ar_diff: int = 1,
        by: Columns = None,
    ) -> DataFrame:
        """The frame with the Johansen test of some columns over the last ``window_size`` rows of each row.

        The columns added are ``johansen_eigenvalue_0`` and on, ``johansen_trace_0`` and on, ``johansen_max_eigen_0`` and on: the
        number is how many relations the hypothesis has. They are null where a window is not full or cannot be tested. Critical
        values are the same for all windows: those of :func:`polaroid.johansen_test`.
        """
        more = {"det_order": det_order, "k_ar_diff": k_ar_diff}
        return self._next("RollingJohansen", columns=column_names(columns), window_size=window_size, by=column_names(by), **more)

    def _measure(self, measure: str, column: str | Expr, *, by: Columns, name: str | None, **fields: Any) -> DataFrame:
        return self._next("Measure", measure=measure, column=column_name(column), by=column_names(by), name=name or "", **fields)

    def rolling_map(
        self,
        column: str | Expr,
        function: Callable[[Any], Any],
        window_size: int,
        *,
        min_samples: int | None = None,
        center: bool = False,
        by: Columns = None,
        name: str | None = None,
    ) -> DataFrame:
        """The frame with what a Python function makes of the last ``window_size`` values before and with each row.

        The function runs here, not on the server: all rows are read, and sent back with one column more. It gets a numpy array
        of the values that are not null, as the function of Polars' ``rolling_map`` gets a Series; a window with fewer than
        ``min_samples`` of them (by default ``window_size``) is null.
        """
        if window_size < 1:
            raise ValueError(f"window_size is {window_size}; it must be at least 1")
        read = column_name(column)
        table = self.collect()
        values = table.column(read).to_pylist()
        keys = list(zip(*(table.column(key).to_pylist() for key in column_names(by)), strict=True)) if by else [()] * len(values)
        least = window_size if min_samples is None else min_samples
        made = _mapped(values, keys, function, window_size, least, center)
        added = name or f"{read}_rolling_map"
        names = [each for each in table.column_names if each != added]
        return self._connection.from_arrow(table.select(names).append_column(added, pa.array(made, pa.float64())))

    rolling_apply = rolling_map

    def to_parquet(
        self,
        path: str | os.PathLike[str],
        mode: Literal["error", "overwrite", "append", "ignore"] = "error",
        *,
        compression: str = "zstd",
    ) -> None:
        """Writes all rows into a file of this machine; whole or not at all.

        Args:
            mode: what becomes of a file that is there: ``"error"`` leaves it and fails, ``"overwrite"`` replaces it, ``"ignore"``
                leaves it and does nothing. ``"append"`` takes ``path`` for a folder and adds a file to it.
        """
        file = pathlib.Path(path)
        if mode not in ("error", "overwrite", "append", "ignore"):
            raise ValueError(f"mode is {mode!r}, must be one of error, overwrite, append, ignore")
        if mode == "append":
            file.mkdir(parents=True, exist_ok=True)
            file = file / f"part-{len(list(file.glob('part-*.parquet'))):05d}.parquet"
        elif file.exists() and mode == "ignore":
            return
        elif file.exists() and mode == "error":
            raise FileExistsError(f"{file} is there; give mode='overwrite' to replace it")
        part = file.with_name(f".{file.name}.part")
        try:
            self.write_parquet(part, compression=compression)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)


def _window(window: int | str | timedelta) -> str:
    return str(window) if isinstance(window, int) else duration(window)


def _mapped(
    values: list[Any], keys: list[Any], function: Callable[[Any], Any], size: int, least: int, center: bool
) -> list[float | None]:
    import numpy as np

    groups: dict[Any, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    made: list[float | None] = [None] * len(values)
    after = (size - 1) // 2 if center else 0
    for rows in groups.values():
        for place, row in enumerate(rows):
            end = place + after + 1
            window = [values[each] for each in rows[max(0, end - size) : end]]
            held = [value for value in window if value is not None]
            if held and len(held) >= least:
                made[row] = function(np.asarray(held))
    return made

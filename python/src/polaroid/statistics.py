"""Tests of stationarity and cointegration, computed by the server; the numbers are those of statsmodels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from polaroid.connection import Connection, _defaults
from polaroid.errors import PolaroidError, server_errors
from polaroid.frame import DataFrame

# What the server takes in one message, less what is not rows.
_MOST_BYTES = (4 << 20) - (1 << 10)


@dataclass(frozen=True)
class AdfResult:
    """What an augmented Dickey-Fuller test found.

    Attributes:
        statistic: the t statistic of the lagged level.
        p_value: MacKinnon's approximate p-value; a small one speaks against a unit root.
        used_lag: how many lagged differences the regression has.
        nobs: how many rows the regression has.
        critical_values: of the statistic, under ``"1%"``, ``"5%"`` and ``"10%"``.
    """

    statistic: float
    p_value: float
    used_lag: int
    nobs: int
    critical_values: dict[str, float]


@dataclass(frozen=True)
class JohansenResult:
    """What a Johansen test found. Element ``r`` of each list is about the hypothesis that there are ``r`` relations.

    Attributes:
        eigenvalues: descending.
        trace_statistics: against "more than r relations".
        max_eigen_statistics: against "r + 1 relations".
        trace_critical_values: ``[90 %, 95 %, 99 %]`` for each trace statistic; above them the hypothesis is rejected.
        max_eigen_critical_values: the same for the maximum eigenvalue statistics.
        eigenvectors: for each eigenvalue the weights of the columns in its relation; the first that is not zero is positive.
    """

    eigenvalues: list[float]
    trace_statistics: list[float]
    max_eigen_statistics: list[float]
    trace_critical_values: list[list[float]]
    max_eigen_critical_values: list[list[float]]
    eigenvectors: list[list[float]]


def adf_test(
    x: Any,
    maxlag: int | None = None,
    regression: Literal["n", "c", "ct", "ctt"] = "c",
    autolag: Literal["AIC", "BIC", "t-stat"] | None = "AIC",
) -> AdfResult:
    """The augmented Dickey-Fuller test: whether a series has a unit root.

    Args:
        x: numbers in order of time, evenly spaced: a list, an array of numpy or pyarrow, a Series of Polars or pandas, or a
            frame of one column.
        maxlag: the greatest lag; ``None`` for ``ceil(12 * (n / 100) ** (1 / 4))``, or less where the series is short.
        regression: deterministic terms: ``"n"`` none, ``"c"`` a constant, ``"ct"`` and a trend, ``"ctt"`` and a quadratic trend.
        autolag: how the lag is chosen up to ``maxlag``; ``None`` for ``maxlag`` itself.

    Raises:
        PolaroidError: ``invalid-argument`` where the series cannot be tested: too short, constant, with nulls, NaN or infinities.
    """
    from polaroid.v1 import statistics_pb2

    rows = _rows(x if isinstance(x, DataFrame) or _is_frame(x) else {"x": x})
    request = statistics_pb2.AdfTestRequest(rows=rows, maxlag=maxlag, regression=regression, autolag=autolag or "none")
    reply = _call(x, "AdfTest", request)
    critical = {level: reply.critical_values[level] for level in ("1%", "5%", "10%")}
    return AdfResult(reply.statistic, reply.p_value, reply.used_lag, reply.nobs, critical)


def johansen_test(frame: Any, det_order: int = 0, k_ar_diff: int = 1) -> JohansenResult:
    """The Johansen test: how many cointegrating relations the columns of a frame have.

    Args:
        frame: columns of numbers in order of time: a frame of polaroid, Polars or pandas, a pyarrow table, a dict of columns, a
            list of pyarrow arrays or Series, or rows as a numpy array or a list of lists.
        det_order: -1 for no deterministic terms, 0 for a constant, 1 for a linear trend.
        k_ar_diff: how many lagged differences the model has.

    Raises:
        PolaroidError: ``invalid-argument`` where the columns cannot be tested: collinear, constant, too short, with nulls or NaN.
    """
    from polaroid.v1 import statistics_pb2

    request = statistics_pb2.JohansenTestRequest(rows=_rows(frame), det_order=det_order, k_ar_diff=k_ar_diff)
    reply = _call(frame, "JohansenTest", request)
    return JohansenResult(
        list(reply.eigenvalues),
        list(reply.trace_statistics),
        list(reply.max_eigen_statistics),
        [[values.at_90, values.at_95, values.at_99] for values in reply.trace_critical_values],
        [[values.at_90, values.at_95, values.at_99] for values in reply.max_eigen_critical_values],
        [list(vector.weights) for vector in reply.eigenvectors],
    )


def _call(source: Any, method: str, request: Any) -> Any:
    """Asks the server that a frame is on, or else that of the newest connection."""
    from polaroid.v1 import statistics_pb2_grpc

    connection: Connection = source._connection if isinstance(source, DataFrame) else _defaults.newest()
    connection._sweep()
    service = statistics_pb2_grpc.StatisticsServiceStub(connection._channel)
    with server_errors():
        return getattr(service, method)(request, timeout=connection._timeout, metadata=connection._metadata())


def _rows(source: Any) -> Any:
    from polaroid.v1 import dataframe_pb2

    table = _table(source)
    numbers = pa.table({name: _numbers(name, column) for name, column in zip(table.column_names, table.columns, strict=True)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, numbers.schema) as writer:
        writer.write_table(numbers)
    rows = sink.getvalue()
    if rows.size > _MOST_BYTES:
        raise PolaroidError(
            "budget-exceeded",
            f"{numbers.num_rows} rows of {numbers.num_columns} columns are {rows.size} bytes, and a test takes up to "
            f"{_MOST_BYTES}: test a part of the rows, or every n-th one",
        )
    return dataframe_pb2.ArrowBatch(arrow_ipc=rows.to_pybytes())


def _is_frame(source: Any) -> bool:
    return isinstance(source, pa.Table | pa.RecordBatch | Mapping) or hasattr(source, "columns")


def _table(source: Any) -> pa.Table:
    if isinstance(source, DataFrame):
        return source.collect()
    if isinstance(source, pa.Table):
        return source
    if isinstance(source, pa.RecordBatch):
        return pa.Table.from_batches([source])
    if isinstance(source, Mapping):
        return pa.table({str(name): _array(column) for name, column in source.items()})
    if hasattr(source, "columns"):  # pandas or Polars, neither of which need be installed
        return source.to_arrow() if hasattr(source, "to_arrow") else pa.Table.from_pandas(source, preserve_index=False)
    return _table_of_rows(source)


def _table_of_rows(source: Any) -> pa.Table:
    if getattr(source, "ndim", 2) != 2:
        raise ValueError(f"an array of rows and columns is needed, not one of {source.ndim} dimensions")
    parts = list(source)
    if parts and all(hasattr(part, "to_numpy") for part in parts):  # pyarrow, pandas, Polars; not numpy itself
        return pa.table({str(number): _array(part) for number, part in enumerate(parts)})
    if any(not hasattr(part, "__len__") for part in parts):
        raise ValueError("rows of several columns are needed, not one series of numbers")
    return pa.table({str(number): pa.array(column) for number, column in enumerate(zip(*parts, strict=True))})


def _array(source: Any) -> pa.Array | pa.ChunkedArray:
    if isinstance(source, pa.Array | pa.ChunkedArray):
        return source
    if hasattr(source, "to_arrow"):
        return source.to_arrow()
    return pa.array(source if hasattr(source, "__len__") else list(source))


def _numbers(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind)):
        raise TypeError(f"column {name!r} is {kind}; a test needs columns of numbers: select those first")
    return column.cast(pa.float64(), safe=False)

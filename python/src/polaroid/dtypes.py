"""Types of columns, by Polars' names. Each is an Arrow type, or a function that makes one."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

Boolean = pa.bool_()
Int8, Int16, Int32, Int64 = pa.int8(), pa.int16(), pa.int32(), pa.int64()
UInt8, UInt16, UInt32, UInt64 = pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()
Float32, Float64 = pa.float32(), pa.float64()
Utf8 = String = pa.string()
Binary = pa.binary()
Date = pa.date32()
Time = pa.time64("ns")


def Datetime(time_unit: str = "us", time_zone: str | None = None) -> pa.DataType:  # noqa: N802
    """Points in time, of a unit and perhaps in a zone."""
    return pa.timestamp(time_unit, time_zone)


def Duration(time_unit: str = "us") -> pa.DataType:  # noqa: N802
    """Spans of time."""
    return pa.duration(time_unit)


def Decimal(precision: int = 38, scale: int = 0) -> pa.DataType:  # noqa: N802
    """Exact decimal numbers."""
    return pa.decimal128(precision, scale)


def arrow_type(dtype: Any) -> pa.DataType:
    """The Arrow type that is meant: one itself, a function of this module, or a Python type."""
    if isinstance(dtype, pa.DataType):
        return dtype
    if dtype in (Datetime, Duration, Decimal):
        return dtype()
    known = {bool: Boolean, int: Int64, float: Float64, str: String, bytes: Binary}
    if dtype in known:
        return known[dtype]
    raise TypeError(f"no column type is made from {dtype!r}")

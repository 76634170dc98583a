"""Live and historical time series of a Polaroid server as Arrow tables, with the names of Polars.

import polaroid as pd

pd.connect("localhost:50051")
pd.table("bars_1m").filter(pd.col("symbol") == "BTCUSDT").collect()
"""

from polaroid.connection import (
    Connection,
    connect,
    disconnect,
    from_arrow,
    from_pandas,
    read_csv,
    read_parquet,
    scan_parquet,
    sql,
    table,
)
from polaroid.dtypes import (
    Binary,
    Boolean,
    Date,
    Datetime,
    Decimal,
    Duration,
    Float32,
    Float64,
    Int8,
    Int16,
    Int32,
    Int64,
    String,
    Time,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Utf8,
)
from polaroid.errors import PolaroidError
from polaroid.expr import Expr, col, len_, lit, when
from polaroid.frame import DataFrame, Explanation
from polaroid.groups import GroupBy
from polaroid.pairs import corr, cov, rolling_corr, rolling_cov
from polaroid.series import Series
from polaroid.statistics import AdfResult, JohansenResult, adf_test, johansen_test
from polaroid.texts import concat_str
from polaroid.timeseries import TimeSeries

len = len_  # Polars' name

__version__ = "0.1.0"

__all__ = [
    "AdfResult",
    "Binary",
    "Boolean",
    "Connection",
    "DataFrame",
    "Date",
    "Datetime",
    "Decimal",
    "Duration",
    "Explanation",
    "Expr",
    "Float32",
    "Float64",
    "GroupBy",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "JohansenResult",
    "PolaroidError",
    "Series",
    "String",
    "Time",
    "TimeSeries",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Utf8",
    "adf_test",
    "col",
    "concat_str",
    "connect",
    "corr",
    "cov",
    "disconnect",
    "from_arrow",
    "from_pandas",
    "johansen_test",
    "len",
    "lit",
    "read_csv",
    "read_parquet",
    "rolling_corr",
    "rolling_cov",
    "scan_parquet",
    "sql",
    "table",
    "when",
]

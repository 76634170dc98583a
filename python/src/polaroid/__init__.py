"""Live and historical time series of a Polaroid server as Arrow tables, with the names of Polars.

import polaroid as pd

pd.connect("localhost:50051")
pd.table("bars_1m").filter(pd.col("symbol") == "BTCUSDT").collect()
"""

from polaroid.connection import Connection, connect, disconnect, read_parquet, scan_parquet, sql, table
from polaroid.errors import PolaroidError
from polaroid.expr import Expr, col, lit
from polaroid.frame import DataFrame, Explanation
from polaroid.statistics import AdfResult, JohansenResult, adf_test, johansen_test

__version__ = "0.1.0"

__all__ = [
    "AdfResult",
    "Connection",
    "DataFrame",
    "Explanation",
    "Expr",
    "JohansenResult",
    "PolaroidError",
    "adf_test",
    "col",
    "connect",
    "disconnect",
    "johansen_test",
    "lit",
    "read_parquet",
    "scan_parquet",
    "sql",
    "table",
]

"""The statistical tests: what is sent, what comes back, what is refused before it is sent."""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from concurrent import futures

import grpc
import numpy as np
import pandas
import polars as pl
import pyarrow as pa
import pytest
from fake_server import refuse

import polaroid as pd
from polaroid.v1 import dataframe_pb2_grpc, statistics_pb2_grpc
from polaroid.v1 import statistics_pb2 as messages

X = [1.0, 3.0, 2.0, 5.0, 4.0]
Y = [2.0, 2.5, 2.0, 1.0, 4.5]


class Service(statistics_pb2_grpc.StatisticsServiceServicer):
    def __init__(self) -> None:
        self.asked = []
        self.sessions = set()

    def _ask(self, request, context) -> pa.Table:
        self.asked.append(request)
        self.sessions.add(dict(context.invocation_metadata())["polaroid-session"])
        rows = pa.ipc.open_stream(request.rows.arrow_ipc).read_all()
        if any(column.null_count for column in rows.columns):
            refuse(context, "invalid-argument", "x is NaN or null at row 1", row="1")
        return rows

    def AdfTest(self, request, context):  # noqa: N802
        self._ask(request, context)
        critical = {"1%": -3.5, "5%": -2.9, "10%": -2.6}
        return messages.AdfTestReply(statistic=-1.5, p_value=0.25, used_lag=2, nobs=8, critical_values=critical)

    def JohansenTest(self, request, context):  # noqa: N802
        count = self._ask(request, context).num_columns
        values = [messages.JohansenCriticalValues(at_90=r, at_95=r + 1, at_99=r + 2) for r in range(count)]
        return messages.JohansenTestReply(
            eigenvalues=[0.5] * count,
            trace_statistics=[9.0] * count,
            max_eigen_statistics=[8.0] * count,
            trace_critical_values=values,
            max_eigen_critical_values=values[::-1],
            eigenvectors=[messages.Eigenvector(weights=[1.0, -2.0])] * count,
        )

    def rows(self) -> dict[str, list]:
        return pa.ipc.open_stream(self.asked[-1].rows.arrow_ipc).read_all().to_pydict()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    statistics_pb2_grpc.add_StatisticsServiceServicer_to_server(made, server)
    dataframe_pb2_grpc.add_DataFrameServiceServicer_to_server(dataframe_pb2_grpc.DataFrameServiceServicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with pd.connect(f"127.0.0.1:{port}"):
        yield made
    server.stop(None).wait()


SERIES = {
    "list": X,
    "tuple": tuple(X),
    "generator": (value for value in X),
    "whole numbers": [1, 3, 2, 5, 4],
    "numpy": np.array(X),
    "numpy of whole numbers": np.array([1, 3, 2, 5, 4], dtype=np.int16),
    "arrow": pa.array(X),
    "arrow in chunks": pa.chunked_array([X[:2], X[2:]]),
    "decimals": pa.array([decimal.Decimal(int(value)) for value in X]),
    "polars": pl.Series("close", X),
    "pandas": pandas.Series(X, index=range(5, 10)),
}


@pytest.mark.parametrize("x", SERIES.values(), ids=SERIES)
def test_a_series_may_come_as_anything(service: Service, x) -> None:
    found = pd.adf_test(x)
    assert service.rows() == {"x": X}
    assert found == pd.AdfResult(-1.5, 0.25, 2, 8, {"1%": -3.5, "5%": -2.9, "10%": -2.6})


ONE_COLUMN = {
    "polars": pl.DataFrame({"close": X}),
    "pandas": pandas.DataFrame({"close": X}, index=range(5, 10)),
    "arrow table": pa.table({"close": X}),
    "arrow batch": pa.record_batch({"close": X}),
}


@pytest.mark.parametrize("x", ONE_COLUMN.values(), ids=ONE_COLUMN)
def test_a_series_may_be_a_frame_of_one_column(service: Service, x) -> None:
    pd.adf_test(x)
    assert service.rows() == {"close": X}


def test_options_of_adf_are_sent(service: Service) -> None:
    pd.adf_test(X)
    assert not service.asked[-1].HasField("maxlag")
    assert (service.asked[-1].regression, service.asked[-1].autolag) == ("c", "AIC")
    pd.adf_test(X, 0, "ctt", None)
    assert service.asked[-1].HasField("maxlag")
    assert (service.asked[-1].maxlag, service.asked[-1].regression, service.asked[-1].autolag) == (0, "ctt", "none")
    pd.adf_test(X, maxlag=np.int64(3), autolag="t-stat")
    assert (service.asked[-1].maxlag, service.asked[-1].autolag) == (3, "t-stat")
    assert len(service.sessions) == 1


NAMED = {
    "polars": pl.DataFrame({"a": X, "b": Y}),
    "pandas": pandas.DataFrame({"a": X, "b": Y}),
    "arrow table": pa.table({"a": X, "b": Y}),
    "arrow batch": pa.record_batch({"a": X, "b": Y}),
    "dict": {"a": X, "b": np.array(Y)},
}
UNNAMED = {
    "numpy": np.array([X, Y]).T,
    "rows": list(zip(X, Y, strict=True)),
    "arrow columns": [pa.array(X), pa.array(Y)],
    "polars columns": [pl.Series(X), pl.Series(Y)],
    "pandas columns": [pandas.Series(X), pandas.Series(Y)],
}


@pytest.mark.parametrize("frame", NAMED.values(), ids=NAMED)
def test_columns_keep_their_names(service: Service, frame) -> None:
    found = pd.johansen_test(frame)
    assert service.rows() == {"a": X, "b": Y}
    assert found.eigenvalues == [0.5, 0.5]
    assert found.trace_statistics == [9.0, 9.0]
    assert found.max_eigen_statistics == [8.0, 8.0]
    assert found.trace_critical_values == [[0, 1, 2], [1, 2, 3]]
    assert found.max_eigen_critical_values == [[1, 2, 3], [0, 1, 2]]
    assert found.eigenvectors == [[1.0, -2.0], [1.0, -2.0]]


@pytest.mark.parametrize("frame", UNNAMED.values(), ids=UNNAMED)
def test_columns_without_names_are_numbered(service: Service, frame) -> None:
    pd.johansen_test(frame, det_order=-1, k_ar_diff=0)
    assert service.rows() == {"0": X, "1": Y}
    assert (service.asked[-1].det_order, service.asked[-1].k_ar_diff) == (-1, 0)
    assert service.asked[-1].HasField("k_ar_diff")


@pytest.mark.usefixtures("service")
def test_nulls_and_the_servers_refusals_come_through() -> None:
    with pytest.raises(pd.PolaroidError, match="null at row 1") as refused:
        pd.adf_test([1.0, None, 2.0])
    assert refused.value.slug == "invalid-argument"
    assert refused.value.context == {"row": "1"}


def test_what_is_no_number_is_refused_here(service: Service) -> None:
    with pytest.raises(TypeError, match=r"column 'symbol' is .*string"):
        pd.johansen_test(pl.DataFrame({"symbol": ["A"], "price": [1.0]}))
    with pytest.raises(TypeError, match="column 'x' is bool"):
        pd.adf_test([True, False])
    with pytest.raises(ValueError, match="one of 1 dimensions"):
        pd.johansen_test(np.array(X))
    with pytest.raises(ValueError, match="not one series"):
        pd.johansen_test(X)
    assert service.asked == []


def test_too_many_rows_are_refused_here(service: Service) -> None:
    pd.adf_test(np.zeros(500_000))
    with pytest.raises(pd.PolaroidError, match="every n-th one") as refused:
        pd.adf_test(np.zeros(600_000))
    assert refused.value.slug == "budget-exceeded"
    assert len(service.asked) == 1


@pytest.mark.usefixtures("service")
def test_a_closed_connection_is_not_used() -> None:
    pd.disconnect()
    with pytest.raises(pd.PolaroidError) as refused:
        pd.adf_test(X)
    assert refused.value.slug == "not-connected"

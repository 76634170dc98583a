from __future__ import annotations

import gc
import pickle
import socket
from collections.abc import Iterator
from concurrent import futures

import grpc
import polars as pl
import pyarrow as pa
import pytest
from fake_server import ROWS, FakeServer

import polaroid as pd
from polaroid.v1 import dataframe_pb2 as messages


@pytest.fixture
def server() -> Iterator[FakeServer]:
    made = FakeServer()
    yield made
    made.close()


@pytest.fixture
def connection(server: FakeServer) -> Iterator[pd.Connection]:
    with pd.connect(server.address, flight_address=server.flight_address) as made:
        yield made


def test_leaves_ask_for_what_was_named(server: FakeServer, connection: pd.Connection) -> None:
    pd.table("bars_1m")
    assert server.last() == messages.TableRequest(name="bars_1m")
    pd.sql("select 1")
    assert server.last() == messages.SqlRequest(text="select 1")
    pd.read_parquet("lake/*.parquet", columns=["a"])
    assert server.last() == messages.ReadParquetRequest(path="lake/*.parquet", columns=["a"])
    pd.scan_parquet("x.parquet")
    assert server.last() == messages.ReadParquetRequest(path="x.parquet")
    pd.read_csv("x.csv", columns=["a"])
    assert server.last() == messages.ReadCsvRequest(path="x.csv", columns=["a"])
    assert connection.tables() == ["trades", "bars_1m"]


def test_filter_joins_conditions_and_constraints(server: FakeServer, connection: pd.Connection) -> None:
    frame = connection.table("t")
    frame.filter(pd.col("a") > 1, [pd.col("b"), True], symbol="A")
    assert server.last().predicate == '(((("a" > 1) AND "b") AND TRUE) AND ("symbol" = \'A\'))'
    assert frame.filter() is frame


def test_select_takes_names_columns_and_lists(server: FakeServer, connection: pd.Connection) -> None:
    frame = connection.table("t")
    frame.select("a", pd.col("b"), ["c", pd.col("d")])
    assert server.last().columns == ["a", "b", "c", "d"]
    with pytest.raises(TypeError, match="selected together"):
        frame.select("a", pd.col("b").sum())


def test_sort_gives_each_column_its_direction(server: FakeServer, connection: pd.Connection) -> None:
    frame = connection.table("t")
    frame.sort("a", "b", descending=[True, False], nulls_last=True)
    key = messages.SortKey
    assert list(server.last().by) == [
        key(column="a", descending=True, nulls_last=True),
        key(column="b", descending=False, nulls_last=True),
    ]
    frame.sort(["a", pd.col("b")])
    assert list(server.last().by) == [key(column="a"), key(column="b")]
    with pytest.raises(ValueError, match="descending has 1 values for 2 columns"):
        frame.sort("a", "b", descending=[True])


def test_collect_gives_the_rows_in_each_shape(connection: pd.Connection) -> None:
    frame = connection.table("t").lazy()
    assert frame.collect() == ROWS
    assert frame.to_polars().equals(pl.DataFrame({"symbol": ["A", "B", "A"], "price": [1.0, 2.5, None]}))
    assert frame.to_pandas()["symbol"].tolist() == ["A", "B", "A"]


def test_stream_gives_batches_and_then_the_failure(connection: pd.Connection) -> None:
    assert pa.Table.from_batches(connection.table("t").stream_batches()) == ROWS
    batches = connection.sql("select 1").stream_batches()
    assert [next(batches).num_rows, next(batches).num_rows] == [2, 1]
    with pytest.raises(pd.PolaroidError) as caught:
        next(batches)
    assert caught.value.slug == "budget-exceeded"


def test_schema_is_known_without_rows(connection: pd.Connection) -> None:
    frame = connection.table("t")
    assert frame.schema == frame.collect_schema() == ROWS.schema
    assert frame.columns == ["symbol", "price"]


def test_explain_is_a_text_with_parts(connection: pd.Connection) -> None:
    told = connection.table("t").explain()
    assert told == "table t\n\noptimizations applied:\n  predicate pushdown\n\nphysical plan:\n{}"
    assert (told.logical_plan, told.physical_plan, told.optimizations_applied) == ("table t", "{}", ["predicate pushdown"])
    assert connection.table("t").explain(optimized=False) == "table t"


def test_errors_carry_the_slug(connection: pd.Connection) -> None:
    with pytest.raises(pd.PolaroidError, match=r"there is no column prise \[unknown-column\]") as caught:
        connection.table("t").select("prise")
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.slug, error.detail, error.context) == ("unknown-column", "there is no column prise", {"column": "prise"})


def test_errors_of_flight_carry_the_slug(connection: pd.Connection) -> None:
    with pytest.raises(pd.PolaroidError) as caught:
        connection.table("t").filter(pd.col("broken")).collect()
    assert caught.value.slug == "history-hole"
    assert caught.value.detail == "rows 10 to 20 of trades are in neither state nor files"


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK])
def test_slug_is_read_whatever_flight_makes_of_the_code(code: grpc.StatusCode) -> None:
    detail = "there is no table 'x': it is not in market"
    server = grpc.server(futures.ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((RefuseAll(code, f"unknown-table: {detail}"),))
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    with pd.connect(address) as connection, pytest.raises(pd.PolaroidError) as caught:
        pd.DataFrame._of(connection, "h1").collect()
    server.stop(None).wait()
    assert (caught.value.slug, caught.value.detail) == ("unknown-table", detail)


class RefuseAll(grpc.GenericRpcHandler):
    def __init__(self, code: grpc.StatusCode, words: str) -> None:
        self._code, self._words = code, words

    def service(self, _: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        return grpc.unary_stream_rpc_method_handler(lambda _, context: context.abort(self._code, self._words))


def test_error_without_details_is_named_by_its_code(connection: pd.Connection) -> None:
    with pytest.raises(pd.PolaroidError) as caught:
        connection.sql("select nowhere")
    assert (caught.value.slug, caught.value.detail) == ("not-found", "a server without details")


def test_no_server_is_called_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: every connection is refused
        with pd.connect(f"127.0.0.1:{taken.getsockname()[1]}") as lonely, pytest.raises(pd.PolaroidError) as caught:
            lonely.table("t")
    assert caught.value.slug == "unreachable"


def test_server_forgets_closed_and_lost_frames(server: FakeServer, connection: pd.Connection) -> None:
    kept = connection.table("t").filter(pd.col("a") > 1).select("a")
    gc.collect()
    with connection.table("u") as closed:
        pass
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        closed.collect()
    assert kept.collect() == ROWS  # any call tells the server
    assert server.await_plans(1)
    assert "closed" in repr(closed)


def test_closing_the_connection_drops_what_was_given_up(server: FakeServer) -> None:
    connection = pd.connect(server.address, flight_address=server.flight_address)
    frame = connection.table("t")
    frame.close()
    connection.close()
    connection.close()
    assert server.plans == {}
    assert len(server.sessions) == 1
    with pytest.raises(pd.PolaroidError, match="connection is closed"):
        connection.table("t")


def test_functions_use_the_newest_open_connection(server: FakeServer) -> None:
    with pytest.raises(pd.PolaroidError, match="no connection"):
        pd.table("t")
    first = pd.connect(server.address, flight_address=server.flight_address)
    with pd.connect(server.address, flight_address=server.flight_address) as second:
        assert pd.table("t")._connection is second
    assert pd.table("t")._connection is first
    pd.disconnect()
    with pytest.raises(pd.PolaroidError) as caught:
        pd.sql("select 1")
    assert caught.value.slug == "not-connected"


def test_address_needs_a_port() -> None:
    with pytest.raises(ValueError, match="host:port"):
        pd.connect("localhost")

"""Connections to a server, and the one that the functions of the package use."""

from __future__ import annotations

import collections
import json
import os
import threading
import uuid
from typing import TYPE_CHECKING, Any

import grpc
import pyarrow as pa
from pyarrow import flight

from polaroid.errors import PolaroidError, server_errors
from polaroid.frame import DataFrame
from polaroid.tables import arrow_table, batches, plain

if TYPE_CHECKING:
    from polaroid.local import LocalServer

_CHANNEL_OPTIONS = (("grpc.max_receive_message_length", -1),)
_SESSION = "polaroid-session"


class Connection:
    """A connection to one server, over gRPC for plans and Flight for rows, which the server offers on one port.

    Threads may share it. Made by :func:`connect`; also a context manager.
    """

    def __init__(self, address: str, *, flight_address: str | None = None, timeout: float = 300.0) -> None:
        from polaroid.v1 import dataframe_pb2_grpc, pipeline_pb2_grpc

        self.address = address
        self._timeout = timeout
        self._session = str(uuid.uuid4())
        self._channel = grpc.insecure_channel(address, options=_CHANNEL_OPTIONS)
        self._frames = dataframe_pb2_grpc.DataFrameServiceStub(self._channel)
        self._pipeline = pipeline_pb2_grpc.PipelineServiceStub(self._channel)
        self._flight = flight.FlightClient(f"grpc://{flight_address or address}")
        self._garbage: collections.deque[str] = collections.deque()
        self._dropping: set[grpc.Future] = set()  # gRPC cancels a call whose future is gone
        self._closed = False
        self._server: LocalServer | None = None

    def table(self, name: str) -> DataFrame:
        """The rows of a stream, a view or a side topic: fresh and historical ones together."""
        return self._frame("Table", name=name)

    def sql(self, query: str) -> DataFrame:
        """The rows of one SELECT statement."""
        return self._frame("Sql", text=query)

    def read_parquet(self, source: str | os.PathLike[str], *, columns: list[str] | None = None) -> DataFrame:
        """The rows of Parquet files inside the server's file roots; ``*`` may stand in the last parts of the path."""
        return self._frame("ReadParquet", path=os.fspath(source), columns=columns or [])

    def scan_parquet(self, source: str | os.PathLike[str]) -> DataFrame:
        """The same as ``read_parquet``: every frame is lazy."""
        return self.read_parquet(source)

    def read_csv(self, source: str | os.PathLike[str], *, columns: list[str] | None = None) -> DataFrame:
        """The rows of CSV files with a header inside the server's file roots; types are found in their first rows."""
        return self._frame("ReadCsv", path=os.fspath(source), columns=columns or [])

    def from_arrow(self, data: Any) -> DataFrame:
        """A frame of Arrow, Polars or pandas data, which is sent to the server and kept there as long as frames read it."""
        return DataFrame._of(self, self._upload(arrow_table(data)))

    def tables(self) -> list[str]:
        """The names of the tables that can be read."""
        from polaroid.v1 import pipeline_pb2

        with server_errors():
            reply = self._pipeline.Tables(pipeline_pb2.TablesRequest(), timeout=self._timeout, metadata=self._metadata())
            return [described.name for described in reply.tables]

    def close(self) -> None:
        """Ends the connection; frames made with it cannot be used any more. Closing twice is fine."""
        if self._closed:
            return
        self._sweep(wait=True)
        self._closed = True
        self._channel.close()
        self._flight.close()
        if self._server:
            self._server.close()
        _defaults.forget(self)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<polaroid.Connection {self.address}{', closed' if self._closed else ''}>"

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        return ((_SESSION, self._session),)

    def _frame(self, method: str, **fields: Any) -> DataFrame:
        from polaroid.v1 import dataframe_pb2

        with server_errors():
            reply = self._call(method, getattr(dataframe_pb2, f"{method}Request")(**fields))
        return DataFrame._of(self, reply.handle.id)

    def _call(self, method: str, request: Any) -> Any:
        self._sweep()
        return getattr(self._frames, method)(request, timeout=self._timeout, metadata=self._metadata())

    def _do_get(self, **ticket: str) -> pa.Table:
        self._sweep()
        with server_errors():
            return self._flight.do_get(flight.Ticket(json.dumps(ticket)), self._call_options()).read_all()

    def _upload(self, table: pa.Table) -> str:
        """The handle of a table that is sent to the server."""
        self._sweep()
        sent = plain(table)
        into = flight.FlightDescriptor.for_command(b'{"into": "handle"}')
        with server_errors():
            writer, reader = self._flight.do_put(into, sent.schema, self._call_options())
            with writer:
                for batch in batches(sent):
                    writer.write_batch(batch)
                writer.done_writing()
                reply = reader.read()
        if reply is None:
            raise PolaroidError("internal", "the server took the table and named no handle")
        return json.loads(reply.to_pybytes())["handle"]

    def _call_options(self) -> flight.FlightCallOptions:
        return flight.FlightCallOptions(timeout=self._timeout, headers=[(_SESSION.encode(), self._session.encode())])

    def _drop_later(self, handle_id: str) -> None:
        # Runs wherever the garbage collector does, possibly inside gRPC: so it only takes a note.
        self._garbage.append(handle_id)

    def _sweep(self, wait: bool = False) -> None:
        """Lets the server forget the plans of frames that are gone. What cannot be told is left to their time to live."""
        if self._closed:
            raise PolaroidError("closed", "the connection is closed; call connect again")
        from polaroid.v1 import dataframe_pb2

        while self._garbage:
            try:
                handle = dataframe_pb2.Handle(id=self._garbage.popleft())
            except IndexError:  # another thread took the last one
                break
            request = dataframe_pb2.DropHandleRequest(handle=handle)
            call = self._frames.DropHandle.future(request, timeout=5, metadata=self._metadata())
            self._dropping.add(call)
            call.add_done_callback(self._dropping.discard)
        if wait:
            for call in list(self._dropping):
                call.exception()


class _Defaults:
    """The newest connection that is open: what the package's functions use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[Connection] = []

    def remember(self, connection: Connection) -> Connection:
        with self._lock:
            self._open.append(connection)
        return connection

    def forget(self, connection: Connection) -> None:
        with self._lock:
            self._open = [kept for kept in self._open if kept is not connection]

    def newest(self) -> Connection:
        with self._lock:
            if not self._open:
                raise PolaroidError("not-connected", 'there is no connection: call connect("localhost:50051") first')
            return self._open[-1]


_defaults = _Defaults()


def connect(address: str = "localhost:50051", *, flight_address: str | None = None, timeout: float = 300.0) -> Connection:
    """Connects to a server, and makes the connection the one that ``table``, ``sql`` and ``read_parquet`` use until it is closed.

    Args:
        address: host and port of the server's gRPC port; or ``"local"`` for a server of its own, which is started for this
            connection and ends with it. It has no live tables, reads and writes files below the folder that this process runs in,
            and takes tables that it is sent.
        flight_address: host and port of Flight, where a proxy offers it elsewhere.
        timeout: seconds after which a call is given up.
    """
    address = address.removeprefix("grpc://")
    if address == "local":
        return _defaults.remember(_local(timeout))
    if ":" not in address:
        raise ValueError(f'address must be host:port, such as "localhost:50051", or "local"; not {address!r}')
    return _defaults.remember(Connection(address, flight_address=flight_address, timeout=timeout))


def _local(timeout: float) -> Connection:
    from polaroid.local import LocalServer

    server = LocalServer()
    try:
        connection = Connection(server.address, timeout=timeout)
    except BaseException:
        server.close()
        raise
    connection._server = server
    return connection


def newest() -> Connection:
    """The connection that was made last and is open."""
    return _defaults.newest()


def disconnect() -> None:
    """Closes the connection that was made last."""
    _defaults.newest().close()


def table(name: str) -> DataFrame:
    """The rows of a stream, a view or a side topic: fresh and historical ones together."""
    return _defaults.newest().table(name)


def sql(query: str) -> DataFrame:
    """The rows of one SELECT statement."""
    return _defaults.newest().sql(query)


def read_parquet(source: str | os.PathLike[str], *, columns: list[str] | None = None) -> DataFrame:
    """The rows of Parquet files inside the server's file roots; ``*`` may stand in the last parts of the path."""
    return _defaults.newest().read_parquet(source, columns=columns)


def scan_parquet(source: str | os.PathLike[str]) -> DataFrame:
    """The same as ``read_parquet``: every frame is lazy."""
    return _defaults.newest().scan_parquet(source)


def read_csv(source: str | os.PathLike[str], *, columns: list[str] | None = None) -> DataFrame:
    """The rows of CSV files with a header inside the server's file roots; types are found in their first rows."""
    return _defaults.newest().read_csv(source, columns=columns)


def from_arrow(data: Any) -> DataFrame:
    """A frame of Arrow, Polars or pandas data, which is sent to the server and kept there as long as frames read it."""
    return _defaults.newest().from_arrow(data)


def from_pandas(data: Any) -> DataFrame:
    """A frame of a pandas frame, without its index."""
    return _defaults.newest().from_arrow(data)

"""A server made for these tests: real gRPC and real Flight, plans that only remember what was asked."""

from __future__ import annotations

import json
import threading
from concurrent import futures

import grpc
import pyarrow as pa
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from pyarrow import flight

from polaroid.v1 import dataframe_pb2 as messages
from polaroid.v1 import dataframe_pb2_grpc, pipeline_pb2, pipeline_pb2_grpc

ROWS = pa.table({"symbol": ["A", "B", "A"], "price": [1.0, 2.5, None]})


class FakeServer:
    """Both services on free loopback ports. ``plans`` holds what each living handle stands for; ``asked`` every request."""

    def __init__(self) -> None:
        self.plans: dict[str, object] = {}
        self.asked: list[object] = []
        self.sessions: set[str] = set()
        self.dropped = threading.Condition()
        self._grpc = grpc.server(futures.ThreadPoolExecutor(4))
        dataframe_pb2_grpc.add_DataFrameServiceServicer_to_server(_Frames(self), self._grpc)
        pipeline_pb2_grpc.add_PipelineServiceServicer_to_server(_Pipeline(), self._grpc)
        self.address = f"127.0.0.1:{self._grpc.add_insecure_port('127.0.0.1:0')}"
        self._grpc.start()
        self._flight = _Flight(self)
        self.flight_address = f"127.0.0.1:{self._flight.port}"

    def close(self) -> None:
        self._grpc.stop(None).wait()
        self._flight.shutdown()

    def await_plans(self, count: int) -> bool:
        with self.dropped:
            return self.dropped.wait_for(lambda: len(self.plans) == count, timeout=30)

    def keep(self, request: object) -> messages.HandleReply:
        handle_id = f"h{len(self.asked)}"
        self.asked.append(request)
        self.plans[handle_id] = request
        return messages.HandleReply(handle=messages.Handle(id=handle_id))

    def last(self) -> object:
        return self.asked[-1]


def refuse(context: grpc.ServicerContext, slug: str, detail: str, **about: str) -> None:
    info = any_pb2.Any()
    info.Pack(error_details_pb2.ErrorInfo(reason=slug, domain="polaroid", metadata=about))
    code = grpc.StatusCode.INVALID_ARGUMENT
    packed = status_pb2.Status(code=code.value[0], message=detail, details=[info]).SerializeToString()
    context.set_trailing_metadata((("grpc-status-details-bin", packed),))
    context.abort(code, detail)


class _Frames(dataframe_pb2_grpc.DataFrameServiceServicer):
    def __init__(self, server: FakeServer) -> None:
        self._server = server

    def _known(self, request: object, context: grpc.ServicerContext) -> None:
        self._server.sessions.add(dict(context.invocation_metadata())["polaroid-session"])
        if hasattr(request, "handle") and request.handle.id not in self._server.plans:
            refuse(context, "unknown-handle", f"there is no handle {request.handle.id}")

    def _made(self, request: object, context: grpc.ServicerContext) -> messages.HandleReply:
        self._known(request, context)
        return self._server.keep(request)

    ReadParquet = ReadCsv = Table = Filter = Sort = Limit = CollectLazy = _made
    WithColumn = WithColumns = GroupBy = Resample = RollingWindow = Sessions = Align = Upsample = _made
    Lag = Diff = PctChange = FillForward = FillBackward = Ewm = _made
    Join = AsofJoin = WindowJoin = _made

    def Sql(self, request, context):  # noqa: N802
        if "nowhere" in request.text:
            context.abort(grpc.StatusCode.NOT_FOUND, "a server without details")
        return self._made(request, context)

    def Select(self, request, context):  # noqa: N802
        if "prise" in request.columns:
            refuse(context, "unknown-column", "there is no column prise", column="prise")
        return self._made(request, context)

    def Collect(self, request, context):  # noqa: N802
        self._known(request, context)
        assert request.streaming
        for batch in ROWS.to_batches(max_chunksize=2):
            yield messages.ArrowBatch(arrow_ipc=_ipc([batch]))
        if isinstance(self._server.plans[request.handle.id], messages.SqlRequest):
            refuse(context, "budget-exceeded", "too many rows")

    def Explain(self, request, context):  # noqa: N802
        self._known(request, context)
        if not request.optimized:
            return messages.ExplainReply(logical_plan="table t")
        return messages.ExplainReply(logical_plan="table t", physical_plan="{}", optimizations_applied=["predicate pushdown"])

    def GetSchema(self, request, context):  # noqa: N802
        self._known(request, context)
        return messages.SchemaReply(arrow_ipc=_ipc([]))

    def DropHandle(self, request, context):  # noqa: N802
        self._known(request, context)
        with self._server.dropped:
            del self._server.plans[request.handle.id]
            self._server.dropped.notify_all()
        return messages.DropHandleReply(dropped=True)


class _Pipeline(pipeline_pb2_grpc.PipelineServiceServicer):
    def Tables(self, request, context):  # noqa: ARG002, N802
        return pipeline_pb2.TablesReply(tables=[pipeline_pb2.TableDescription(name=name) for name in ("trades", "bars_1m")])


class _Flight(flight.FlightServerBase):
    def do_put(self, context, descriptor, reader, writer):  # noqa: ARG002
        assert json.loads(descriptor.command) == {"into": "handle"}
        handle = self._server.keep(reader.read_all()).handle.id
        writer.write(json.dumps({"handle": handle}).encode())

    def __init__(self, server: FakeServer) -> None:
        super().__init__("grpc://127.0.0.1:0")
        self._server = server

    def do_get(self, context, ticket):  # noqa: ARG002
        plan = self._server.plans[json.loads(ticket.ticket)["handle"]]
        if isinstance(plan, messages.FilterRequest) and "broken" in plan.predicate:
            raise flight.FlightServerError("history-hole: rows 10 to 20 of trades are in neither state nor files")
        return flight.RecordBatchStream(ROWS)


def _ipc(batches: list[pa.RecordBatch]) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, ROWS.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()

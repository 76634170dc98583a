package io.polaroid.query.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.query.plan.HandleStore;
import io.polaroid.query.plan.Plan;
import io.polaroid.query.plan.Plans;
import io.polaroid.query.plan.SortKey;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.ArrowBatch;
import io.polaroid.v1.CollectRequest;
import io.polaroid.v1.DataFrameServiceGrpc;
import io.polaroid.v1.DropHandleReply;
import io.polaroid.v1.DropHandleRequest;
import io.polaroid.v1.ExplainReply;
import io.polaroid.v1.ExplainRequest;
import io.polaroid.v1.FilterRequest;
import io.polaroid.v1.GetSchemaRequest;
import io.polaroid.v1.Handle;
import io.polaroid.v1.HandleReply;
import io.polaroid.v1.ReadParquetRequest;
import io.polaroid.v1.SchemaReply;
import io.polaroid.v1.SelectRequest;
import io.polaroid.v1.SortRequest;
import io.polaroid.v1.SqlRequest;
import io.polaroid.v1.TableRequest;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Lazy frames over gRPC: each call makes a plan from a plan, Collect runs one. Methods without a body here are not built. */
public final class DataFrameEndpoint extends DataFrameServiceGrpc.DataFrameServiceImplBase {
    private final Plans plans;
    private final HandleStore handles;
    private final QueryEngine engine;
    private final BufferAllocator allocator;
    private final ExecutorService threads;
    private final Duration patience;

    /**
     * An endpoint.
     *
     * @param threads where results are streamed from
     * @param patience how long a client may read nothing before its call ends
     */
    public DataFrameEndpoint(
            Plans plans, HandleStore handles, BufferAllocator allocator, ExecutorService threads, Duration patience) {
        this.plans = plans;
        this.handles = handles;
        this.engine = plans.engine();
        this.allocator = allocator;
        this.threads = threads;
        this.patience = patience;
    }

    @Override
    public void readParquet(ReadParquetRequest request, StreamObserver<HandleReply> reply) {
        send(plans.parquet(request.getPath(), request.getColumnsList(), request.getPredicate()), reply);
    }

    @Override
    public void table(TableRequest request, StreamObserver<HandleReply> reply) {
        send(plans.table(request.getName()), reply);
    }

    @Override
    public void sql(SqlRequest request, StreamObserver<HandleReply> reply) {
        send(plans.sql(request.getText()), reply);
    }

    @Override
    public void filter(FilterRequest request, StreamObserver<HandleReply> reply) {
        send(plan(request.getHandle()).flatMap(plan -> plans.filter(plan, request.getPredicate())), reply);
    }

    @Override
    public void select(SelectRequest request, StreamObserver<HandleReply> reply) {
        send(plan(request.getHandle()).flatMap(plan -> plan.select(request.getColumnsList())), reply);
    }

    @Override
    public void sort(SortRequest request, StreamObserver<HandleReply> reply) {
        var keys = request.getByList().stream().map(DataFrameEndpoint::key).toList();
        send(plan(request.getHandle()).flatMap(plan -> plan.sort(keys)), reply);
    }

    @Override
    public void collect(CollectRequest request, StreamObserver<ArrowBatch> reply) {
        var call = new CollectCall((ServerCallStreamObserver<ArrowBatch>) reply, patience);
        threads.execute(() -> call.run(
                request, control -> plan(request.getHandle()).flatMap(plan -> engine.query(plan.sql(), control))));
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainReply> reply) {
        Replies.send(
                plan(request.getHandle())
                        .flatMap(plan -> request.getOptimized()
                                ? optimized(plan)
                                : Result.ok(logical(plan).build())),
                reply);
    }

    private Result<ExplainReply> optimized(Plan plan) {
        return engine.explain(plan.sql())
                .map(json -> logical(plan)
                        .setPhysicalPlan(json)
                        .addAllOptimizationsApplied(PhysicalPlan.optimizations(json))
                        .build());
    }

    private static ExplainReply.Builder logical(Plan plan) {
        return ExplainReply.newBuilder().setLogicalPlan(plan.describe());
    }

    @Override
    public void getSchema(GetSchemaRequest request, StreamObserver<SchemaReply> reply) {
        Replies.send(
                plan(request.getHandle()).map(plan -> {
                    try (var empty = VectorSchemaRoot.create(plan.schema(), allocator)) {
                        return SchemaReply.newBuilder()
                                .setArrowIpc(IpcMessages.schema(empty))
                                .build();
                    }
                }),
                reply);
    }

    @Override
    public void dropHandle(DropHandleRequest request, StreamObserver<DropHandleReply> reply) {
        boolean dropped = handles.drop(request.getHandle().getId());
        Replies.send(Result.ok(DropHandleReply.newBuilder().setDropped(dropped).build()), reply);
    }

    private Result<Plan> plan(Handle handle) {
        return handles.plan(handle.getId());
    }

    private void send(Result<Plan> plan, StreamObserver<HandleReply> reply) {
        Replies.send(
                plan.flatMap(made -> handles.create(Session.current(), made)).map(DataFrameEndpoint::reply), reply);
    }

    private static HandleReply reply(String id) {
        return HandleReply.newBuilder().setHandle(Handle.newBuilder().setId(id)).build();
    }

    private static SortKey key(io.polaroid.v1.SortKey key) {
        return new SortKey(
                key.getColumn(),
                key.getDescending() ? SortKey.Order.DESCENDING : SortKey.Order.ASCENDING,
                key.getNullsLast() ? SortKey.Nulls.LAST : SortKey.Nulls.FIRST);
    }
}

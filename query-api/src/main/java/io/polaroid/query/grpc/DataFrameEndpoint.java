package io.polaroid.query.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.plan.Computed;
import io.polaroid.query.plan.HandleStore;
import io.polaroid.query.plan.Plan;
import io.polaroid.query.plan.Plans;
import io.polaroid.query.plan.SortKey;
import io.polaroid.query.run.ParquetFiles;
import io.polaroid.query.run.PlanRunner;
import io.polaroid.query.session.Session;
import io.polaroid.query.session.Uploads;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.AlignRequest;
import io.polaroid.v1.ArrowBatch;
import io.polaroid.v1.AsofJoinRequest;
import io.polaroid.v1.CollectRequest;
import io.polaroid.v1.DataFrameServiceGrpc;
import io.polaroid.v1.DiffRequest;
import io.polaroid.v1.DropHandleReply;
import io.polaroid.v1.DropHandleRequest;
import io.polaroid.v1.EwmRequest;
import io.polaroid.v1.ExplainReply;
import io.polaroid.v1.ExplainRequest;
import io.polaroid.v1.FillBackwardRequest;
import io.polaroid.v1.FillForwardRequest;
import io.polaroid.v1.FilterRequest;
import io.polaroid.v1.GetSchemaRequest;
import io.polaroid.v1.GetStatsReply;
import io.polaroid.v1.GetStatsRequest;
import io.polaroid.v1.GroupByRequest;
import io.polaroid.v1.Handle;
import io.polaroid.v1.HandleReply;
import io.polaroid.v1.JoinRequest;
import io.polaroid.v1.LagRequest;
import io.polaroid.v1.LimitRequest;
import io.polaroid.v1.MeasureRequest;
import io.polaroid.v1.PctChangeRequest;
import io.polaroid.v1.ReadCsvRequest;
import io.polaroid.v1.ReadParquetRequest;
import io.polaroid.v1.ResampleRequest;
import io.polaroid.v1.RollingAdfRequest;
import io.polaroid.v1.RollingJohansenRequest;
import io.polaroid.v1.RollingWindowRequest;
import io.polaroid.v1.SchemaReply;
import io.polaroid.v1.SelectRequest;
import io.polaroid.v1.SessionsRequest;
import io.polaroid.v1.SortRequest;
import io.polaroid.v1.SqlRequest;
import io.polaroid.v1.TableRequest;
import io.polaroid.v1.UpsampleRequest;
import io.polaroid.v1.WindowJoinRequest;
import io.polaroid.v1.WithColumnRequest;
import io.polaroid.v1.WithColumnsRequest;
import io.polaroid.v1.WriteParquetReply;
import io.polaroid.v1.WriteParquetRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Lazy frames over gRPC: each call makes a plan from a plan, Collect runs one. Methods without a body here are not built. */
public final class DataFrameEndpoint extends DataFrameServiceGrpc.DataFrameServiceImplBase {
    private final Plans plans;
    private final HandleStore handles;
    private final PlanRunner runner;
    private final Uploads uploads;
    private final ParquetFiles files;
    private final ExecutorService threads;
    private final Duration patience;

    /**
     * An endpoint.
     *
     * @param files where results are written to
     * @param threads where results are streamed from
     * @param patience how long a client may read nothing before its call ends
     */
    public DataFrameEndpoint(
            Plans plans,
            PlanRunner runner,
            Uploads uploads,
            ParquetFiles files,
            ExecutorService threads,
            Duration patience) {
        this.plans = plans;
        this.handles = uploads.handles();
        this.runner = runner;
        this.uploads = uploads;
        this.files = files;
        this.threads = threads;
        this.patience = patience;
    }

    @Override
    public void readParquet(ReadParquetRequest request, StreamObserver<HandleReply> reply) {
        send(plans.parquet(request.getPath(), request.getColumnsList(), request.getPredicate()), reply);
    }

    @Override
    public void readCsv(ReadCsvRequest request, StreamObserver<HandleReply> reply) {
        send(plans.csv(request.getPath(), request.getColumnsList(), request.getPredicate()), reply);
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
    public void limit(LimitRequest request, StreamObserver<HandleReply> reply) {
        send(plan(request.getHandle()).flatMap(plan -> plan.limit(request.getRows(), request.getOffset())), reply);
    }

    @Override
    public void withColumn(WithColumnRequest request, StreamObserver<HandleReply> reply) {
        send(
                plan(request.getHandle())
                        .flatMap(plan -> Computed.of(request.getName(), request.getExpression())
                                .flatMap(column -> plans.withColumns(plan, List.of(column)))),
                reply);
    }

    @Override
    public void withColumns(WithColumnsRequest request, StreamObserver<HandleReply> reply) {
        send(
                plan(request.getHandle())
                        .flatMap(plan -> Requests.all(
                                        request.getColumnsList(),
                                        column -> Computed.of(column.getName(), column.getExpression()))
                                .flatMap(columns -> plans.withColumns(plan, columns))),
                reply);
    }

    @Override
    public void join(JoinRequest request, StreamObserver<HandleReply> reply) {
        over(Requests.join(request), reply, request.getLeft(), request.getRight());
    }

    @Override
    public void collect(CollectRequest request, StreamObserver<ArrowBatch> reply) {
        var call = new CollectCall((ServerCallStreamObserver<ArrowBatch>) reply, patience);
        threads.execute(() ->
                call.run(request, control -> plan(request.getHandle()).flatMap(plan -> runner.run(plan, control))));
    }

    @Override
    public void collectLazy(CollectRequest request, StreamObserver<HandleReply> reply) {
        var session = Session.current();
        var control = control(reply);
        threads.execute(() -> Replies.send(
                plan(request.getHandle())
                        .flatMap(plan -> runner.table(plan, control))
                        .flatMap(table -> uploads.keep(session, table))
                        .map(DataFrameEndpoint::reply),
                reply));
    }

    @Override
    public void getStats(GetStatsRequest request, StreamObserver<GetStatsReply> reply) {
        var control = control(reply);
        threads.execute(() -> Replies.send(
                plan(request.getHandle())
                        .flatMap(plan -> runner.table(plan, control))
                        .map(table -> {
                            try (table) {
                                return GetStatsReply.newBuilder()
                                        .setRows(table.rows().getRowCount())
                                        .setBytes(table.bytes())
                                        .build();
                            }
                        }),
                reply));
    }

    @Override
    public void writeParquet(WriteParquetRequest request, StreamObserver<WriteParquetReply> reply) {
        var control = control(reply);
        threads.execute(() -> Replies.send(
                plan(request.getHandle())
                        .flatMap(plan -> files.write(
                                plan, request.getPath(), request.getMode(), request.getCompression(), control))
                        .map(rows ->
                                WriteParquetReply.newBuilder().setRows(rows).build()),
                reply));
    }

    private static QueryControl control(StreamObserver<?> reply) {
        var control = new QueryControl();
        if (reply instanceof ServerCallStreamObserver<?> call) {
            call.setOnCancelHandler(control::cancel);
        }
        return control;
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainReply> reply) {
        Replies.send(
                plan(request.getHandle())
                        .flatMap(plan -> request.getOptimized()
                                ? new Explained(runner.engine()).optimized(plan)
                                : Result.ok(Explained.logical(plan).build())),
                reply);
    }

    @Override
    public void getSchema(GetSchemaRequest request, StreamObserver<SchemaReply> reply) {
        Replies.send(
                plan(request.getHandle()).map(plan -> {
                    try (var empty = VectorSchemaRoot.create(plan.schema(), runner.allocator())) {
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

    @Override
    public void resample(ResampleRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> WindowRequests.resample(request, input), reply);
    }

    @Override
    public void sessions(SessionsRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> WindowRequests.sessions(request, input), reply);
    }

    @Override
    public void align(AlignRequest request, StreamObserver<HandleReply> reply) {
        send(
                plan(request.getHandle())
                        .flatMap(first -> WindowRequests.align(request, first.schema())
                                .flatMap(operator -> Requests.all(request.getOthersList(), this::plan)
                                        .flatMap(others -> Plan.operation(
                                                operator,
                                                Stream.concat(Stream.of(first), others.stream())
                                                        .toList())))),
                reply);
    }

    @Override
    public void rollingWindow(RollingWindowRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> RollingRequests.rolling(request, input), reply);
    }

    @Override
    public void groupBy(GroupByRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> Requests.groupBy(request), reply);
    }

    @Override
    public void upsample(UpsampleRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> WindowRequests.upsample(request, input), reply);
    }

    @Override
    public void lag(LagRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> RowRequests.lag(request), reply);
    }

    @Override
    public void diff(DiffRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> RowRequests.diff(request), reply);
    }

    @Override
    public void pctChange(PctChangeRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> RowRequests.pctChange(request), reply);
    }

    @Override
    public void fillForward(FillForwardRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> RowRequests.fillForward(request, input), reply);
    }

    @Override
    public void fillBackward(FillBackwardRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> RowRequests.fillBackward(request, input), reply);
    }

    @Override
    public void ewm(EwmRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> RowRequests.ewm(request), reply);
    }

    @Override
    public void measure(MeasureRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> MeasureRequests.measure(request, input), reply);
    }

    @Override
    public void rollingAdf(RollingAdfRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> TestRequests.rollingAdf(request), reply);
    }

    @Override
    public void rollingJohansen(RollingJohansenRequest request, StreamObserver<HandleReply> reply) {
        over(request.getHandle(), input -> TestRequests.rollingJohansen(request), reply);
    }

    @Override
    public void windowJoin(WindowJoinRequest request, StreamObserver<HandleReply> reply) {
        over(Requests.windowJoin(request), reply, request.getLeft(), request.getRight());
    }

    @Override
    public void asofJoin(AsofJoinRequest request, StreamObserver<HandleReply> reply) {
        over(Requests.asofJoin(request), reply, request.getLeft(), request.getRight());
    }

    /** A handle on what an operator makes of the frame of another handle, whose columns it is told. */
    private void over(
            Handle handle, Function<Schema, Result<BatchOperator>> operator, StreamObserver<HandleReply> reply) {
        send(
                plan(handle)
                        .flatMap(plan ->
                                operator.apply(plan.schema()).flatMap(valid -> Plan.operation(valid, List.of(plan)))),
                reply);
    }

    /** A handle on what an operator makes of the frames of other handles. */
    private void over(Result<? extends BatchOperator> operator, StreamObserver<HandleReply> reply, Handle... inputs) {
        send(
                operator.flatMap(valid ->
                        Requests.all(List.of(inputs), this::plan).flatMap(read -> Plan.operation(valid, read))),
                reply);
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

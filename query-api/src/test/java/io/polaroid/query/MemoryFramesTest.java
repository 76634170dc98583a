package io.polaroid.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.polaroid.query.session.Session;
import io.polaroid.v1.Aggregation;
import io.polaroid.v1.AlignRequest;
import io.polaroid.v1.AsofJoinRequest;
import io.polaroid.v1.CollectRequest;
import io.polaroid.v1.DataFrameServiceGrpc;
import io.polaroid.v1.DiffRequest;
import io.polaroid.v1.DropHandleRequest;
import io.polaroid.v1.EwmRequest;
import io.polaroid.v1.ExplainRequest;
import io.polaroid.v1.FillForwardRequest;
import io.polaroid.v1.FilterRequest;
import io.polaroid.v1.GetSchemaRequest;
import io.polaroid.v1.GetStatsRequest;
import io.polaroid.v1.GroupByRequest;
import io.polaroid.v1.Handle;
import io.polaroid.v1.HandleReply;
import io.polaroid.v1.JoinRequest;
import io.polaroid.v1.LagRequest;
import io.polaroid.v1.LimitRequest;
import io.polaroid.v1.NamedExpression;
import io.polaroid.v1.ResampleRequest;
import io.polaroid.v1.RollingWindowRequest;
import io.polaroid.v1.SelectRequest;
import io.polaroid.v1.SessionsRequest;
import io.polaroid.v1.SortKey;
import io.polaroid.v1.SortRequest;
import io.polaroid.v1.TableRequest;
import io.polaroid.v1.UpsampleRequest;
import io.polaroid.v1.WindowJoinRequest;
import io.polaroid.v1.WithColumnRequest;
import io.polaroid.v1.WithColumnsRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that a client sends, and what operators make of them, over Flight and gRPC. */
class MemoryFramesTest {
    private static final long MINUTE = 60_000_000L;

    private final BufferAllocator allocator = new RootAllocator(256L << 20);
    private final BufferAllocator clients = new RootAllocator();
    private QueryServer server;
    private ManagedChannel channel;
    private FlightClient flight;
    private DataFrameServiceGrpc.DataFrameServiceBlockingStub frames;

    @BeforeEach
    void start() {
        var trades = FakeLiveTable.trades()
                .with(0, 0, 1, List.of(List.of("A", 1L, 10.0, 1L, 0, 0L), List.of("B", 2L, 20.0, 2L, 0, 1L)));
        server = Servers.open(allocator, trades);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                .usePlaintext()
                .build();
        var session = new Metadata();
        session.put(Metadata.Key.of(Session.HEADER, Metadata.ASCII_STRING_MARSHALLER), "one");
        frames = DataFrameServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(session));
        flight = FlightClient.builder(clients, Location.forGrpcInsecure("127.0.0.1", server.grpcPort()))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        flight.close();
        channel.shutdownNow();
        assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        server.close();
        allocator.close();
        clients.close();
    }

    private static HeaderCallOption session(String name) {
        var headers = new org.apache.arrow.flight.FlightCallHeaders();
        headers.insert(Session.HEADER, name);
        return new HeaderCallOption(headers);
    }

    /** Sends a table as several batches, which it closes; the handle that the server gives. */
    private Handle sent(VectorSchemaRoot table, int batchRows) throws Exception {
        var replies = new SyncPutListener();
        try (table;
                var out = VectorSchemaRoot.create(table.getSchema(), clients)) {
            var into = FlightDescriptor.command("{\"into\": \"handle\"}".getBytes(StandardCharsets.UTF_8));
            var stream = flight.startPut(into, out, replies, session("one"));
            for (int from = 0; from < table.getRowCount(); from += batchRows) {
                try (var slice = table.slice(from, Math.min(batchRows, table.getRowCount() - from));
                        var batch = new VectorUnloader(slice).getRecordBatch()) {
                    new VectorLoader(out).load(batch);
                }
                stream.putNext();
            }
            stream.completed();
            try (PutResult result = replies.read()) {
                var text = new byte[(int) result.getApplicationMetadata().readableBytes()];
                result.getApplicationMetadata().getBytes(0, text);
                stream.getResult();
                return Handle.newBuilder()
                        .setId(new String(text, StandardCharsets.UTF_8).split("\"", -1)[3])
                        .build();
            }
        } finally {
            replies.close();
        }
    }

    private Handle trades() throws Exception {
        return sent(
                Frames.of(
                        Frames.times(clients, "ts", 0, 10_000_000, MINUTE, MINUTE + 1, 3 * MINUTE),
                        Frames.texts(clients, "symbol", "A", "B", "A", null, "A"),
                        Frames.doubles(clients, "price", 10.0, 20.0, null, 40.0, 50.0),
                        Frames.longs(clients, "size", 1L, 2L, 3L, 4L, 5L)),
                2);
    }

    private List<String> rows(Handle handle) throws Exception {
        var rows = new ArrayList<String>();
        var batches = frames.collect(
                CollectRequest.newBuilder().setHandle(handle).setStreaming(true).build());
        while (batches.hasNext()) {
            try (var reader = new ArrowStreamReader(batches.next().getArrowIpc().newInput(), clients)) {
                while (reader.loadNextBatch()) {
                    rows.addAll(Frames.rows(reader.getVectorSchemaRoot()));
                }
            }
        }
        return rows;
    }

    private List<String> rows(HandleReply reply) throws Exception {
        return rows(reply.getHandle());
    }

    private static String reason(Supplier<?> call) throws Exception {
        var thrown = catchThrowableOfType(StatusRuntimeException.class, call::get);
        return Optional.ofNullable(StatusProto.fromThrowable(thrown))
                .orElseThrow()
                .getDetails(0)
                .unpack(ErrorInfo.class)
                .getReason();
    }

    private static Aggregation aggregation(String column, String function) {
        return Aggregation.newBuilder().setColumn(column).setFunction(function).build();
    }

    @Test
    void givesBackWhatWasSent() throws Exception {
        var trades = trades();
        assertThat(rows(trades)).hasSize(5).element(3).asString().isEqualTo("60000001 null 40.0 4");
        var stats =
                frames.getStats(GetStatsRequest.newBuilder().setHandle(trades).build());
        assertThat(stats.getRows()).isEqualTo(5);
        assertThat(stats.getBytes()).isPositive();
        try (var stream = flight.getStream(
                new Ticket(("{\"handle\": \"" + trades.getId() + "\"}").getBytes(StandardCharsets.UTF_8)))) {
            assertThat(stream.next()).isTrue();
            assertThat(stream.getRoot().getRowCount()).isEqualTo(5);
        }
    }

    @Test
    void runsPlainOperationsOnIt() throws Exception {
        var trades = trades();
        var computed = frames.withColumns(WithColumnsRequest.newBuilder()
                .setHandle(trades)
                .addColumns(NamedExpression.newBuilder().setName("value").setExpression("price * size"))
                .build());
        var filtered = frames.filter(FilterRequest.newBuilder()
                .setHandle(computed.getHandle())
                .setPredicate("value > 30 OR price IS NULL")
                .build());
        var selected = frames.select(SelectRequest.newBuilder()
                .setHandle(filtered.getHandle())
                .addColumns("size")
                .addColumns("value")
                .build());
        var sorted = frames.sort(SortRequest.newBuilder()
                .setHandle(selected.getHandle())
                .addBy(SortKey.newBuilder()
                        .setColumn("value")
                        .setDescending(true)
                        .setNullsLast(true))
                .build());
        assertThat(rows(sorted)).containsExactly("5 250.0", "4 160.0", "2 40.0", "3 null");
        assertThat(rows(frames.limit(LimitRequest.newBuilder()
                        .setHandle(sorted.getHandle())
                        .setRows(1)
                        .setOffset(1)
                        .build())))
                .containsExactly("4 160.0");
        var groups = frames.groupBy(GroupByRequest.newBuilder()
                .setHandle(trades)
                .addBy("symbol")
                .addAggregations(aggregation("size", "sum"))
                .build());
        assertThat(rows(groups)).containsExactly("A 9", "B 2", "null 4");
        var joined = frames.join(JoinRequest.newBuilder()
                .setLeft(trades)
                .setRight(groups.getHandle())
                .addOn("symbol")
                .setHow("left")
                .build());
        assertThat(rows(joined)).hasSize(5).first().isEqualTo("0 A 10.0 1 9");
    }

    @Test
    void runsTimeSeriesOperatorsOnIt() throws Exception {
        var trades = trades();
        assertThat(rows(frames.resample(ResampleRequest.newBuilder()
                        .setHandle(trades)
                        .setFrequency("1m")
                        .addAggregations(Aggregation.newBuilder()
                                .setColumn("price")
                                .setFunction("ohlcv")
                                .setSize("size"))
                        .build())))
                .containsExactly(
                        "0 10.0 20.0 10.0 20.0 3 2 16.666666666666668",
                        "60000000 null 40.0 40.0 40.0 7 1 22.857142857142858",
                        "180000000 50.0 50.0 50.0 50.0 5 1 50.0");
        assertThat(rows(frames.rollingWindow(RollingWindowRequest.newBuilder()
                        .setHandle(trades)
                        .setWindow("1m")
                        .addAggregations(aggregation("size", "sum"))
                        .build())))
                .containsExactly("0 1", "10000000 3", "60000000 5", "60000001 9", "180000000 5");
        assertThat(rows(frames.rollingWindow(RollingWindowRequest.newBuilder()
                        .setHandle(trades)
                        .setWindow("2")
                        .addAggregations(aggregation("size", "mean"))
                        .build())))
                .last()
                .isEqualTo("180000000 A 50.0 5 4.5");
        assertThat(rows(frames.upsample(UpsampleRequest.newBuilder()
                        .setHandle(trades)
                        .setEvery("1m")
                        .build())))
                .hasSize(4);
        assertThat(rows(frames.asofJoin(AsofJoinRequest.newBuilder()
                        .setLeft(trades)
                        .setRight(trades)
                        .setOn("ts")
                        .addBy("symbol")
                        .setAllowExactMatches(false)
                        .setTolerance("1m")
                        .build())))
                .element(2)
                .asString()
                .isEqualTo("60000000 A null 3 10.0 1");
    }

    @Test
    void runsWindowsOfOurOwnOnIt() throws Exception {
        var trades = trades();
        assertThat(rows(frames.sessions(SessionsRequest.newBuilder()
                        .setHandle(trades)
                        .setGap("1m")
                        .addAggregations(aggregation("size", "sum"))
                        .build())))
                .containsExactly("0 60000001 0 10", "180000000 180000000 180000000 5");
        assertThat(rows(frames.align(AlignRequest.newBuilder()
                        .setHandle(trades)
                        .setEvery("1m")
                        .addBy("symbol")
                        .build())))
                .hasSize(12);
        assertThat(rows(frames.align(AlignRequest.newBuilder()
                        .setHandle(trades)
                        .setEvery("1m")
                        .addBy("symbol")
                        .addOthers(trades)
                        .addOthers(trades)
                        .addSuffixes("_b")
                        .addSuffixes("_c")
                        .build())))
                .hasSize(12);
        assertThat(rows(frames.windowJoin(WindowJoinRequest.newBuilder()
                        .setLeft(trades)
                        .setRight(trades)
                        .setOn("ts")
                        .setPeriod("1m")
                        .addAggregations(aggregation("size", "sum"))
                        .build())))
                .element(2)
                .isEqualTo("60000000 A null 3 6");
        assertThat(reason(() -> frames.resample(ResampleRequest.newBuilder()
                        .setHandle(trades)
                        .setFrequency("1h")
                        .setCalendar("XNYS")
                        .setTimezone("UTC")
                        .build())))
                .isEqualTo("invalid-argument");
    }

    @Test
    void runsColumnOperatorsOnIt() throws Exception {
        var trades = trades();
        assertThat(rows(frames.lag(LagRequest.newBuilder()
                        .setHandle(trades)
                        .setColumn("size")
                        .addBy("symbol")
                        .setName("before")
                        .setFillValue("0")
                        .build())))
                .last()
                .isEqualTo("180000000 A 50.0 5 3");
        assertThat(rows(frames.diff(DiffRequest.newBuilder()
                        .setHandle(trades)
                        .setColumn("size")
                        .setPeriods(2)
                        .build())))
                .last()
                .isEqualTo("180000000 A 50.0 2");
        assertThat(rows(frames.fillForward(FillForwardRequest.newBuilder()
                        .setHandle(trades)
                        .addColumns("price")
                        .build())))
                .element(2)
                .isEqualTo("60000000 A 20.0 3");
        assertThat(rows(frames.ewm(EwmRequest.newBuilder()
                        .setHandle(trades)
                        .setColumn("size")
                        .setAlpha(1)
                        .setName("e")
                        .build())))
                .last()
                .isEqualTo("180000000 A 50.0 5 5.0");
    }

    @Test
    void runsOperatorsOnTablesOfThePipeline() throws Exception {
        var table = frames.table(TableRequest.newBuilder().setName("trades").build())
                .getHandle();
        var doubled = frames.withColumn(WithColumnRequest.newBuilder()
                .setHandle(table)
                .setName("twice")
                .setExpression("price * 2")
                .build());
        var groups = frames.groupBy(GroupByRequest.newBuilder()
                .setHandle(doubled.getHandle())
                .addAggregations(aggregation("twice", "max"))
                .build());
        assertThat(rows(groups)).containsExactly("40.0");
        var plan = frames.explain(ExplainRequest.newBuilder()
                .setHandle(groups.getHandle())
                .setOptimized(true)
                .build());
        assertThat(plan.getLogicalPlan()).contains("with columns twice = price * 2", "table trades");
        assertThat(plan.getPhysicalPlan()).contains("timeseries kernel", "PROJECTION");
    }

    @Test
    void keepsRowsThatAreAskedForAgain() throws Exception {
        var trades = trades();
        var kept = frames.collectLazy(CollectRequest.newBuilder()
                .setHandle(frames.limit(LimitRequest.newBuilder()
                                .setHandle(trades)
                                .setRows(1)
                                .build())
                        .getHandle())
                .build());
        drop(trades);
        assertThat(rows(kept)).containsExactly("0 A 10.0 1");
        assertThat(frames.explain(ExplainRequest.newBuilder()
                                .setHandle(kept.getHandle())
                                .build())
                        .getLogicalPlan())
                .isEqualTo("rows in memory, 1");
    }

    private void drop(Handle handle) {
        assertThat(frames.dropHandle(
                                DropHandleRequest.newBuilder().setHandle(handle).build())
                        .getDropped())
                .isTrue();
    }

    @Test
    void freesRowsWhenNoPlanReadsThem() throws Exception {
        long before = allocator.getAllocatedMemory();
        var trades = trades();
        var limited = frames.limit(
                        LimitRequest.newBuilder().setHandle(trades).setRows(2).build())
                .getHandle();
        drop(trades);
        assertThat(rows(limited)).hasSize(2);
        assertThat(allocator.getAllocatedMemory()).isGreaterThan(before);
        drop(limited);
        assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
    }

    @Test
    void refusesMoreThanASessionMayKeep() throws Exception {
        int rows = 1 << 20;
        var sent = new ArrayList<Handle>();
        var refused = catchThrowableOfType(ExecutionException.class, () -> {
            for (int i = 0; i < 20; i++) {
                sent.add(sent(Frames.of(zeros(rows)), 1 << 17));
            }
        });
        assertThat(refused).hasMessageContaining("budget-exceeded").hasMessageContaining("the session would keep");
        assertThat(sent).hasSizeGreaterThan(5);
        drop(sent.getFirst());
        sent(Frames.of(zeros(rows)), 1 << 17);
    }

    private org.apache.arrow.vector.FieldVector zeros(int rows) {
        var vector = new org.apache.arrow.vector.BigIntVector("n", clients);
        vector.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            vector.set(row, 0);
        }
        vector.setValueCount(rows);
        return vector;
    }

    @Test
    void refusesByNameWhatCannotBe() throws Exception {
        var trades = trades();
        assertThat(reason(() -> frames.resample(
                        ResampleRequest.newBuilder().setHandle(trades).build())))
                .isEqualTo("invalid-argument");
        assertThat(reason(() -> frames.resample(ResampleRequest.newBuilder()
                        .setHandle(trades)
                        .setFrequency("1m")
                        .setClosed("open")
                        .build())))
                .isEqualTo("invalid-argument");
        assertThat(reason(() -> frames.groupBy(GroupByRequest.newBuilder()
                        .setHandle(trades)
                        .addBy("symbols")
                        .addAggregations(aggregation("size", "sum"))
                        .build())))
                .isEqualTo("unknown-column");
        assertThat(reason(() -> frames.groupBy(GroupByRequest.newBuilder()
                        .setHandle(trades)
                        .addAggregations(aggregation("size", "total"))
                        .build())))
                .isEqualTo("invalid-argument");
        assertThat(reason(() -> frames.filter(FilterRequest.newBuilder()
                        .setHandle(trades)
                        .setPredicate("price + 1")
                        .build())))
                .isEqualTo("invalid-expression");
        assertThat(reason(() -> frames.withColumn(WithColumnRequest.newBuilder()
                        .setHandle(trades)
                        .setName("s")
                        .setExpression("sum(price)")
                        .build())))
                .isEqualTo("invalid-expression");
        assertThat(reason(() -> frames.ewm(EwmRequest.newBuilder()
                        .setHandle(trades)
                        .setColumn("price")
                        .build())))
                .isEqualTo("invalid-argument");
        drop(trades);
        assertThat(reason(() -> frames.getSchema(
                        GetSchemaRequest.newBuilder().setHandle(trades).build())))
                .isEqualTo("unknown-handle");
    }

    @Test
    void refusesRowsOutOfOrderWhenTheyAreRead() throws Exception {
        var unsorted = sent(Frames.of(Frames.times(clients, "ts", 5, 3), Frames.longs(clients, "n", 1L, 2L)), 2);
        var windows = frames.resample(ResampleRequest.newBuilder()
                        .setHandle(unsorted)
                        .setFrequency("1m")
                        .addAggregations(aggregation("n", "sum"))
                        .build())
                .getHandle();
        assertThat(reason(() -> frames.collect(
                                CollectRequest.newBuilder().setHandle(windows).build())
                        .hasNext()))
                .isEqualTo("invalid-argument");
    }
}

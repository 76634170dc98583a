package io.polaroid.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.polaroid.v1.CollectRequest;
import io.polaroid.v1.DataFrameServiceGrpc;
import io.polaroid.v1.DropHandleRequest;
import io.polaroid.v1.ExplainRequest;
import io.polaroid.v1.FilterRequest;
import io.polaroid.v1.GetSchemaRequest;
import io.polaroid.v1.Handle;
import io.polaroid.v1.PipelineServiceGrpc;
import io.polaroid.v1.ReadCsvRequest;
import io.polaroid.v1.ReadParquetRequest;
import io.polaroid.v1.RestApiRequest;
import io.polaroid.v1.RestoreStatusRequest;
import io.polaroid.v1.SelectRequest;
import io.polaroid.v1.SortKey;
import io.polaroid.v1.SortRequest;
import io.polaroid.v1.SqlRequest;
import io.polaroid.v1.StatusRequest;
import io.polaroid.v1.TableRequest;
import io.polaroid.v1.TablesRequest;
import io.polaroid.v1.WriteParquetRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gRPC client against a server over fake tables and real files. */
class DataFrameTest {
    @TempDir
    private Path folder;

    private final BufferAllocator allocator = new RootAllocator();
    private QueryServer server;
    private ManagedChannel channel;
    private DataFrameServiceGrpc.DataFrameServiceBlockingStub frames;

    @BeforeEach
    void start() throws Exception {
        var files = Files.createDirectory(folder.resolve("files")).toRealPath();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT i AS n, CASE WHEN i % 2 = 0 THEN i * 1.5e0 END AS x FROM range(10) r(i)) TO '" + files
                            + "/numbers.parquet' (FORMAT parquet)");
        }
        Files.copy(files.resolve("numbers.parquet"), folder.resolve("outside.parquet"));
        Files.createSymbolicLink(files.resolve("link.parquet"), folder.resolve("outside.parquet"));
        var trades = FakeLiveTable.trades()
                .with(0, 0, 1, List.of(List.of("A", 1L, 10.0, 1L, 0, 0L), List.of("B", 2L, 20.0, 2L, 0, 1L)));
        server = QueryServer.open(
                Servers.config(Map.of(), List.of(files), Map.of()),
                () -> List.of(trades),
                new FakeStatus(true),
                allocator,
                Servers.CLOCK);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                .usePlaintext()
                .build();
        frames = DataFrameServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        server.close();
        allocator.close();
    }

    private List<String> collect(Handle handle, boolean streaming) throws Exception {
        var rows = new ArrayList<String>();
        var batches = frames.collect(CollectRequest.newBuilder()
                .setHandle(handle)
                .setStreaming(streaming)
                .build());
        while (batches.hasNext()) {
            rows.addAll(rows(batches.next().getArrowIpc()));
        }
        return rows;
    }

    private List<String> rows(ByteString ipc) throws Exception {
        var rows = new ArrayList<String>();
        try (var reader = new ArrowStreamReader(ipc.newInput(), allocator)) {
            while (reader.loadNextBatch()) {
                reader.getVectorSchemaRoot()
                        .contentToTSVString()
                        .lines()
                        .skip(1)
                        .forEach(rows::add);
            }
        }
        return rows;
    }

    private Handle table(String name) {
        return frames.table(TableRequest.newBuilder().setName(name).build()).getHandle();
    }

    private Handle sql(String text) {
        return frames.sql(SqlRequest.newBuilder().setText(text).build()).getHandle();
    }

    private Handle parquet(String path, List<String> columns, String predicate) {
        return frames.readParquet(ReadParquetRequest.newBuilder()
                        .setPath(path)
                        .addAllColumns(columns)
                        .setPredicate(predicate)
                        .build())
                .getHandle();
    }

    private Handle filter(Handle handle, String predicate) {
        return frames.filter(FilterRequest.newBuilder()
                        .setHandle(handle)
                        .setPredicate(predicate)
                        .build())
                .getHandle();
    }

    private static Status status(Supplier<?> call) {
        var thrown = catchThrowableOfType(StatusRuntimeException.class, call::get);
        return Optional.ofNullable(StatusProto.fromThrowable(thrown)).orElseThrow();
    }

    private static String reason(Status status) throws Exception {
        return status.getDetails(0).unpack(ErrorInfo.class).getReason();
    }

    @Test
    void runsAPlanOfOperations() throws Exception {
        var numbers = parquet("numbers.parquet", List.of(), "");
        var some = filter(numbers, "n > 3 AND n <= 8");
        var columns = frames.select(SelectRequest.newBuilder()
                        .setHandle(some)
                        .addColumns("x")
                        .addColumns("n")
                        .build())
                .getHandle();
        var sorted = frames.sort(SortRequest.newBuilder()
                        .setHandle(columns)
                        .addBy(SortKey.newBuilder()
                                .setColumn("x")
                                .setDescending(true)
                                .setNullsLast(true))
                        .addBy(SortKey.newBuilder().setColumn("n"))
                        .build())
                .getHandle();
        for (boolean streaming : List.of(true, false)) {
            assertThat(collect(sorted, streaming)).containsExactly("12.0\t8", "9.0\t6", "6.0\t4", "null\t5", "null\t7");
        }
        assertThat(collect(numbers, true)).hasSize(10);
    }

    @Test
    void putsNullsFirstUnlessAsked() throws Exception {
        var sorted = frames.sort(SortRequest.newBuilder()
                .setHandle(parquet("numbers.parquet", List.of("x"), "n < 3"))
                .addBy(SortKey.newBuilder().setColumn("x").setDescending(true))
                .build());
        assertThat(collect(sorted.getHandle(), true)).containsExactly("null", "3.0", "0.0");
    }

    @Test
    void readsColumnsAndRowsOfFiles() throws Exception {
        assertThat(collect(parquet("numbers.parquet", List.of("x"), "n = 4"), true))
                .containsExactly("6.0");
        assertThat(collect(parquet("num*.parquet", List.of("n"), "n > 7"), true))
                .containsExactly("8", "9");
        assertThat(collect(parquet(folder.resolve("files/numbers.parquet").toString(), List.of(), ""), true))
                .hasSize(10);
    }

    @Test
    void readsCsvFiles() throws Exception {
        Files.writeString(folder.resolve("files/days.csv"), "day,x\n2024-02-29,1.5\n2024-03-01,\n");
        var days = frames.readCsv(ReadCsvRequest.newBuilder()
                        .setPath("days.csv")
                        .addColumns("x")
                        .setPredicate("day >= '2024-03-01' OR x > 1")
                        .build())
                .getHandle();
        assertThat(collect(days, true)).containsExactly("1.5", "null");
        assertThat(reason(status(() -> frames.readCsv(
                        ReadCsvRequest.newBuilder().setPath("/etc/hostname").build()))))
                .isEqualTo("not-allowed");
    }

    @Test
    void readsNoFilesOutsideItsRoots() throws Exception {
        for (var path :
                List.of("../outside.parquet", "link.parquet", "/etc/hostname", "../*.parquet", "*/../../*.parquet")) {
            assertThat(reason(status(() -> parquet(path, List.of(), ""))))
                    .as(path)
                    .isEqualTo("not-allowed");
        }
        assertThat(reason(status(() -> parquet("missing.parquet", List.of(), ""))))
                .isEqualTo("invalid-argument");
    }

    @Test
    void readsTablesAndStatements() throws Exception {
        assertThat(collect(filter(table("trades"), "symbol = 'A'"), true)).containsExactly("A\t1\t10.0\t1\t0\t0");
        assertThat(collect(sql("SELECT count(*) AS n FROM trades;"), false)).containsExactly("2");
        assertThat(collect(filter(sql("SELECT 1 AS one"), "one = 2"), true)).isEmpty();
    }

    @Test
    void keepsPlansUnchangedAndHandlesApart() throws Exception {
        var trades = table("trades");
        var none = filter(trades, "price > 100");
        assertThat(frames.dropHandle(
                                DropHandleRequest.newBuilder().setHandle(trades).build())
                        .getDropped())
                .isTrue();
        assertThat(collect(none, true)).isEmpty();
        assertThat(reason(status(() -> filter(trades, "price > 1")))).isEqualTo("unknown-handle");
        assertThat(frames.dropHandle(
                                DropHandleRequest.newBuilder().setHandle(trades).build())
                        .getDropped())
                .isFalse();
    }

    @Test
    void suggestsNamesAndNeverSplicesText() throws Exception {
        var trades = table("trades");
        var column = status(() -> filter(trades, "prise > 1"));
        assertThat(column.getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
        assertThat(reason(column)).isEqualTo("unknown-column");
        assertThat(column.getMessage()).contains("did you mean price?");
        assertThat(reason(status(() -> table("trade")))).isEqualTo("unknown-table");
        assertThat(reason(status(() -> filter(trades, "1 = 1) UNION SELECT 1"))))
                .isEqualTo("invalid-expression");
        assertThat(reason(status(() -> sql("SELECT 1) UNION ALL (SELECT 2")))).isEqualTo("invalid-plan");
        assertThat(reason(status(() -> sql("COPY (SELECT 1) TO 'x'")))).isEqualTo("not-allowed");
    }

    @Test
    void tellsColumnsOfAHandle() throws Exception {
        var schema = frames.getSchema(
                GetSchemaRequest.newBuilder().setHandle(table("trades")).build());
        try (var reader = new ArrowStreamReader(schema.getArrowIpc().newInput(), allocator)) {
            assertThat(reader.getVectorSchemaRoot().getSchema().getFields())
                    .extracting(field -> field.getName() + " " + field.getType())
                    .contains("symbol Utf8", "ts Timestamp(MICROSECOND, UTC)", "_offset Int(64, true)");
        }
    }

    @Test
    void explainsWhatTheEngineDoes() {
        var plan = filter(parquet("numbers.parquet", List.of("n", "x"), ""), "n > 7");
        var logical = frames.explain(ExplainRequest.newBuilder().setHandle(plan).build());
        assertThat(logical.getLogicalPlan()).isEqualTo("filter n > 7\n  select n, x\n    parquet numbers.parquet");
        assertThat(logical.getPhysicalPlan()).isEmpty();
        var optimized = frames.explain(
                ExplainRequest.newBuilder().setHandle(plan).setOptimized(true).build());
        assertThat(optimized.getPhysicalPlan()).contains("PARQUET");
        assertThat(optimized.getOptimizationsAppliedList()).anyMatch(text -> text.contains("filter in the scan"));
    }

    @Test
    void sendsResultsInMessagesOfBoundedSize() throws Exception {
        var wide = sql("SELECT i, repeat('x', 1000) AS text FROM range(20000) r(i)");
        assertThat(collect(wide, true)).hasSize(20_000);
        assertThat(collect(wide, false)).hasSize(20_000);
    }

    private long write(Handle handle, String path, String mode) {
        return frames.writeParquet(WriteParquetRequest.newBuilder()
                        .setHandle(handle)
                        .setPath(path)
                        .setMode(mode)
                        .build())
                .getRows();
    }

    @Test
    void writesParquetInsideTheFoldersOnly() throws Exception {
        var three = sql("SELECT i AS n, 'x' || i AS s FROM range(3) r(i)");
        assertThat(write(three, "three.parquet", "")).isEqualTo(3);
        assertThat(collect(parquet("three.parquet", List.of(), ""), false)).containsExactly("0\tx0", "1\tx1", "2\tx2");
        assertThat(write(three, "three.parquet", "ignore")).isZero();
        assertThat(status(() -> write(three, "three.parquet", "error")).getMessage())
                .contains("is there");
        assertThat(write(filter(three, "n > 1"), "three.parquet", "overwrite")).isOne();
        assertThat(collect(parquet("three.parquet", List.of(), ""), false)).containsExactly("2\tx2");
        assertThat(write(three, "parts", "append")).isEqualTo(3);
        assertThat(write(three, "parts", "append")).isEqualTo(3);
        assertThat(collect(parquet("parts/*.parquet", List.of("n"), ""), false)).hasSize(6);
        for (var path : List.of("../x.parquet", folder.resolve("x.parquet").toString(), "link.parquet", "")) {
            assertThat(status(() -> write(three, path, "overwrite")).getMessage())
                    .contains("outside the folders that may be written");
        }
        assertThat(status(() -> write(three, "no/x.parquet", "")).getMessage()).contains("there is no folder");
        try (var files = Files.list(folder.resolve("files"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("numbers.parquet", "link.parquet", "three.parquet", "parts");
        }
    }

    @Test
    void saysWhatIsNotBuilt() throws Exception {
        var status = status(
                () -> frames.readRestApi(RestApiRequest.getDefaultInstance()).hasNext());
        assertThat(status.getCode()).isEqualTo(Code.UNIMPLEMENTED_VALUE);
        assertThat(reason(status)).isEqualTo("not-built");
        assertThat(status.getMessage()).contains("ReadRestApi").contains("not built yet");
    }

    @Test
    void describesThePipeline() {
        var pipeline = PipelineServiceGrpc.newBlockingStub(channel);
        var tables = pipeline.tables(TablesRequest.getDefaultInstance());
        assertThat(tables.getTables(0).getName()).isEqualTo("trades");
        assertThat(tables.getTables(0).getKind()).isEqualTo("stream");
        assertThat(tables.getTables(0).getDescription()).contains("no sink keeps its history");
        var status = pipeline.status(StatusRequest.getDefaultInstance());
        assertThat(status.getApplication()).isEqualTo("market");
        assertThat(status.getStreams(0).getProgressNs()).isEqualTo(1_700_000_000_000_000_000L);
        assertThat(status.getStreams(1).hasProgressNs()).isFalse();
        assertThat(status.getViews(0).getCountsMap()).containsEntry("late", 1L);
    }

    @Test
    void tellsHowFarStoresAreRestored() {
        var restores =
                PipelineServiceGrpc.newBlockingStub(channel).restoreStatus(RestoreStatusRequest.getDefaultInstance());
        assertThat(restores.getReady()).isTrue();
        assertThat(restores.getStoresList())
                .extracting(store -> store.getStore() + "/" + store.getPartition() + " " + store.getRows())
                .containsExactly("trades-rows/0 90", "trades-rows/1 50");
        assertThat(restores.getStores(0).getSecondsLeft()).isZero();
    }

    @Test
    void answersHealthAndBothReflections() {
        assertThat(HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
        var services = new CompletableFuture<ServerReflectionResponse>();
        var asking = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(first(services));
        asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        asking.onCompleted();
        assertThat(services.join().getListServicesResponse().getServiceList())
                .extracting(service -> service.getName())
                .contains(
                        "polaroid.v1.DataFrameService",
                        "polaroid.v1.PipelineService",
                        "arrow.flight.protocol.FlightService",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1alpha.ServerReflection");
    }

    private static <T> StreamObserver<T> first(CompletableFuture<T> value) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T next) {
                value.complete(next);
            }

            @Override
            public void onError(Throwable failure) {
                value.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                value.completeExceptionally(new AssertionError("no value"));
            }
        };
    }
}

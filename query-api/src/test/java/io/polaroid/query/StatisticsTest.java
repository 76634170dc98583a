package io.polaroid.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.polaroid.v1.AdfTestRequest;
import io.polaroid.v1.ArrowBatch;
import io.polaroid.v1.JohansenTestRequest;
import io.polaroid.v1.StatisticsServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gRPC client that sends series. */
class StatisticsTest {
    private static final double[] SHORT = {1, 3, 2, 5, 4, 4.5, 7, 6, 6.2, 8, 7.1};

    private final BufferAllocator allocator = new RootAllocator();
    private QueryServer server;
    private ManagedChannel channel;
    private StatisticsServiceGrpc.StatisticsServiceBlockingStub statistics;

    @BeforeEach
    void start() {
        server = Servers.open(allocator);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                .usePlaintext()
                .build();
        statistics = StatisticsServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        server.close();
        allocator.close();
    }

    /** The numbers of statsmodels 0.15: {@code adfuller(x)}. */
    @Test
    void defaultsAreThoseOfStatsmodels() {
        var found = statistics.adfTest(
                AdfTestRequest.newBuilder().setRows(doubles(SHORT)).build());
        assertThat(found.getStatistic()).isCloseTo(-2.370604099844355, Offset.offset(1e-10));
        assertThat(found.getPValue()).isCloseTo(0.15020562372123697, Offset.offset(1e-10));
        assertThat(found.getUsedLag()).isEqualTo(2);
        assertThat(found.getNobs()).isEqualTo(8);
        assertThat(found.getCriticalValuesMap()).containsOnlyKeys("1%", "5%", "10%");
        assertThat(found.getCriticalValuesMap().get("5%")).isCloseTo(-3.3671868750000002, Offset.offset(1e-12));
    }

    /** {@code adfuller(x, maxlag=3, autolag=None)} and {@code adfuller(x, regression="ct")}. */
    @Test
    void optionsReachTheTest() {
        var fixed = statistics.adfTest(AdfTestRequest.newBuilder()
                .setRows(doubles(SHORT))
                .setMaxlag(3)
                .setAutolag("none")
                .build());
        assertThat(fixed.getStatistic()).isCloseTo(-1.281356770137962, Offset.offset(1e-10));
        var trend = statistics.adfTest(AdfTestRequest.newBuilder()
                .setRows(doubles(SHORT))
                .setRegression("ct")
                .build());
        assertThat(trend.getStatistic()).isCloseTo(-3.1327176893354522, Offset.offset(1e-10));
    }

    @Test
    void rowsMayComeInSeveralBatchesOfAnyNumbers() {
        try (var half = new Float4Vector("x", allocator);
                var root = VectorSchemaRoot.of(half)) {
            half.allocateNew(SHORT.length);
            var bytes = ByteString.newOutput();
            try (var writer = new ArrowStreamWriter(root, null, bytes)) {
                writer.start();
                for (int from = 0; from < SHORT.length; from += 4) {
                    int count = Math.min(4, SHORT.length - from);
                    for (int row = 0; row < count; row++) {
                        half.set(row, (float) SHORT[from + row]);
                    }
                    root.setRowCount(count);
                    writer.writeBatch();
                }
                writer.end();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            var found = statistics.adfTest(AdfTestRequest.newBuilder()
                    .setRows(ArrowBatch.newBuilder().setArrowIpc(bytes.toByteString()))
                    .build());
            assertThat(found.getStatistic()).isCloseTo(-2.370604099844355, Offset.offset(1e-5));
        }
    }

    @Test
    void johansenAnswersForEachRank() {
        var random = new SplittableRandom(7);
        double[] a = new double[200];
        double[] b = new double[200];
        for (int i = 0; i < 200; i++) {
            a[i] = (i == 0 ? 0 : a[i - 1]) + random.nextDouble() - 0.5;
            b[i] = 2 * a[i] + random.nextDouble();
        }
        var found = statistics.johansenTest(
                JohansenTestRequest.newBuilder().setRows(doubles(a, b)).build());
        assertThat(found.getEigenvaluesList()).hasSize(2);
        assertThat(found.getTraceStatistics(0))
                .isGreaterThan(found.getTraceCriticalValues(0).getAt99());
        assertThat(found.getTraceCriticalValues(0).getAt90()).isEqualTo(13.4294);
        assertThat(found.getMaxEigenCriticalValues(1).getAt95()).isEqualTo(3.8415);
        assertThat(found.getMaxEigenStatistics(1)).isEqualTo(found.getTraceStatistics(1));
        assertThat(found.getEigenvectors(0).getWeights(0)
                        / found.getEigenvectors(0).getWeights(1))
                .isCloseTo(-2, Offset.offset(0.1));
        var trend = statistics.johansenTest(JohansenTestRequest.newBuilder()
                .setRows(doubles(a, b))
                .setDetOrder(1)
                .setKArDiff(0)
                .build());
        assertThat(trend.getTraceCriticalValues(0).getAt90()).isEqualTo(16.1619);
    }

    @Test
    void whatCannotBeTestedIsAnInvalidArgument() {
        assertInvalid("x is NaN or null at row 2", adf(doubles(1, 2, Double.NaN, 4, 5)));
        assertInvalid("x is constant", adf(doubles(1, 1, 1, 1, 1, 1)));
        assertInvalid("x has 0 rows", adf(doubles(new double[0])));
        assertInvalid("x has 2 columns", adf(doubles(SHORT, SHORT)));
        assertInvalid("regression is 'nc'", adf(doubles(SHORT)).setRegression("nc"));
        assertInvalid("autolag is 'best'", adf(doubles(SHORT)).setAutolag("best"));
        assertInvalid("maxlag is 4", adf(doubles(SHORT)).setMaxlag(4));
        assertInvalid("maxlag is -1", adf(doubles(SHORT)).setMaxlag(-1));
        assertInvalid(
                "not an Arrow IPC stream",
                adf(ArrowBatch.newBuilder()
                        .setArrowIpc(ByteString.copyFromUtf8("x,y\n1,2\n"))
                        .build()));
        assertInvalid("not an Arrow IPC stream", adf(ArrowBatch.getDefaultInstance()));
        try (var text = new VarCharVector("symbol", allocator)) {
            text.allocateNew();
            text.setSafe(0, new byte[] {'A'});
            text.setValueCount(1);
            assertInvalid("column 'symbol' is Utf8", adf(batch(List.of(text))));
        }
        try (var whole = new BigIntVector("n", allocator)) {
            whole.allocateNew(3);
            whole.set(0, 4);
            whole.set(2, 5);
            whole.setValueCount(3);
            assertInvalid("x is NaN or null at row 1", adf(batch(List.of(whole))));
        }
        var problem = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> statistics.johansenTest(JohansenTestRequest.newBuilder()
                        .setRows(doubles(SHORT, SHORT))
                        .build()));
        assertThat(problem.getStatus().getDescription()).contains("linear combination");
    }

    @Test
    void cutAndSpoiledMessagesAreRefused() {
        byte[] whole = doubles(SHORT).getArrowIpc().toByteArray();
        var random = new SplittableRandom(11);
        for (int i = 0; i < 300; i++) {
            byte[] spoiled = whole.clone();
            int flips = 1 + random.nextInt(4);
            for (int flip = 0; flip < flips; flip++) {
                spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt(256);
            }
            var rows = ArrowBatch.newBuilder()
                    .setArrowIpc(
                            ByteString.copyFrom(spoiled, 0, i % 3 == 0 ? random.nextInt(whole.length) : whole.length))
                    .build();
            try {
                statistics.adfTest(adf(rows).build());
            } catch (StatusRuntimeException refused) {
                assertThat(info(refused).getReason()).isIn("invalid-argument", "budget-exceeded");
            }
        }
    }

    private static AdfTestRequest.Builder adf(ArrowBatch rows) {
        return AdfTestRequest.newBuilder().setRows(rows);
    }

    private void assertInvalid(String detail, AdfTestRequest.Builder request) {
        var problem = catchThrowableOfType(StatusRuntimeException.class, () -> statistics.adfTest(request.build()));
        assertThat(problem.getStatus().getDescription()).contains(detail);
        assertThat(info(problem).getReason()).isEqualTo("invalid-argument");
    }

    private static ErrorInfo info(StatusRuntimeException problem) {
        try {
            return StatusProto.fromThrowable(problem).getDetails(0).unpack(ErrorInfo.class);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private ArrowBatch doubles(double... x) {
        return doubles(new double[][] {x});
    }

    private ArrowBatch doubles(double[]... columns) {
        var vectors = new ArrayList<FieldVector>();
        for (int i = 0; i < columns.length; i++) {
            var vector = new Float8Vector("c" + i, allocator);
            vector.allocateNew(columns[i].length);
            for (int row = 0; row < columns[i].length; row++) {
                vector.set(row, columns[i][row]);
            }
            vector.setValueCount(columns[i].length);
            vectors.add(vector);
        }
        var made = batch(vectors);
        vectors.forEach(FieldVector::close);
        return made;
    }

    private static ArrowBatch batch(List<FieldVector> vectors) {
        var bytes = ByteString.newOutput();
        var root = new VectorSchemaRoot(vectors);
        try (var writer = new ArrowStreamWriter(root, null, bytes)) {
            writer.start();
            writer.writeBatch();
            writer.end();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return ArrowBatch.newBuilder().setArrowIpc(bytes.toByteString()).build();
    }
}

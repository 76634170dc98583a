package io.polaroid.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.launcher.broker.Ports;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes, and that what is printed is one clear sentence. */
class PolaroidCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void checksTheDemo() {
        assertThat(run(Map.of(), "check", "../demo/pipeline.yaml")).isZero();
        assertThat(text(out))
                .contains("right; application market, exactly_once_v2, 2 threads")
                .contains("source usdm: ws://127.0.0.1:8090/binance_usdm_btcusdt_20240808 -> trades, quotes")
                .contains("view bars_1m: trades every 1m: open, high, low, close, volume, count, vwap")
                .contains("sink history: trades, bars_1s, bars_1m, enriched -> data/lake");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void showsTheTopologyOfTheDemo() {
        assertThat(run(Map.of(), "check", "--topology", "../demo/pipeline.yaml"))
                .isZero();
        assertThat(text(out)).contains("Sub-topology: 0").contains("bars_1s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "up"})
    void saysWhatIsWrongWithAPipeline(String command) throws Exception {
        // Given
        Path pipeline = folder.resolve("p.yaml");
        Files.writeString(pipeline, "application: a\nstreams:\n  t: {schema: Trad, key: [symbol], time: ts}\n");

        // When
        int code = run(Map.of(), command, pipeline.toString());

        // Then
        assertThat(code).isEqualTo(ExitCode.WRONG_USE);
        assertThat(text(err)).startsWith(pipeline + ":3: streams.t.schema: ").contains("did you mean \"Trade\"?");
        assertThat(text(err).lines()).hasSize(1);
    }

    @Test
    void namesTheTakenPort() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            int code = run(
                    Map.of(
                            "POLAROID_KAFKA_PORT",
                            Integer.toString(other.getLocalPort()),
                            "POLAROID_DATA",
                            folder.toString()),
                    "broker");

            // Then
            assertThat(code).isEqualTo(ExitCode.WRONG_USE);
            assertThat(text(err)).contains("POLAROID_KAFKA_PORT").contains("port " + other.getLocalPort());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "connect", "serve", "train", "score", "token",
    })
    void saysWhatIsNotBuiltYet(String command) {
        assertThat(run(Map.of(), command, "some", "--from", "x")).isEqualTo(ExitCode.NOT_BUILT);
        assertThat(text(err)).startsWith("not built yet: ");
    }

    @Test
    void saysThatParquetOutIsNotBuiltYet() {
        assertThat(run(Map.of(), "sql", "select 1", "--format", "parquet")).isEqualTo(ExitCode.NOT_BUILT);
        assertThat(text(err)).contains("not built yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql", "tables", "describe", "late"})
    void saysThatNoServerAnswers(String command) {
        // Given
        int nobody = Ports.free();
        String[] arguments = command.equals("tables") ? new String[] {command} : new String[] {command, "x"};

        // When
        int code = run(Map.of("POLAROID_GRPC_PORT", Integer.toString(nobody)), arguments);

        // Then
        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("no polaroid server answers at 127.0.0.1:" + nobody);
        assertThat(text(err).lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | nonsense",
                "up --no-such | --no-such",
                "sql | Missing required parameter",
                "sql x --format xml | xml",
                "sql x --server nowhere | write host:port",
                "prove nothing ../demo/pipeline.yaml | has no view \"nothing\"; it has bars_1s",
                "prove bars_1s no.yaml | there is no such file",
                "replay none.txt.gz --speed -1 | --speed",
                "replay none.txt.gz --port 0 | none.txt.gz",
            })
    void refusesWrongUse(String line, String message) {
        assertThat(run(Map.of(), line.split(" "))).isEqualTo(ExitCode.WRONG_USE);
        assertThat(text(err)).contains(message);
    }

    @Test
    void refusesAVariableThatIsNoPort() {
        assertThat(run(Map.of("POLAROID_GRPC_PORT", "many"), "tables")).isEqualTo(ExitCode.WRONG_USE);
        assertThat(text(err)).contains("POLAROID_GRPC_PORT is \"many\"");
    }

    @Test
    void helpsWithoutACommand() {
        assertThat(run(Map.of())).isZero();
        assertThat(text(out)).contains("Usage: polaroid").contains("Exit codes").contains("POLAROID_DATA");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return PolaroidCommand.run(new Console(out, err), environment, arguments);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

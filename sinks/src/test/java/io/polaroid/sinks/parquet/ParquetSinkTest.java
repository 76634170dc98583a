package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.schemas.stream.StreamDeclaration;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;

/** The configuration of the sink and its connector. */
class ParquetSinkTest {
    private static final StreamDeclaration TRADES = new StreamDeclaration(
            "trades", Topic.BAR, List.of("symbol"), "ts", Optional.of("symbol"), List.of("close > 0"), 4);
    private static final ParquetSink SINK = new ParquetSink(
            Path.of("data", "lake"),
            List.of(new ParquetSink.Stream(TRADES, Duration.ofMinutes(30)), new ParquetSink.View("bars_1m", "ts")),
            List.of("date"),
            5_000_000,
            Duration.ofMinutes(15),
            URI.create("http://localhost:8081"));

    @Test
    void jsonThereAndBackIsTheSame() {
        assertThat(ParquetSink.fromJson(SINK.toJson())).isEqualTo(Result.ok(SINK));
    }

    @Test
    void allMistakesAreToldAtOnce() {
        String json = """
                {"root": 3, "tables": [{"kind": "view", "topic": "../etc", "timeColumn": "ts"},
                  {"kind": "view", "topic": "b"}, {"topic": "a"},
                  {"kind": "stream", "topic": "c", "timeColumn": "ts", "schema": "{}", "key": [], "checks": [], "partitions": 1}],
                 "partition": ["symbol"], "roll": {"rows": 0, "every": "15m", "bytes": 1}, "registryUrl": "ftp://x",
                 "colour": "red"}""";
        var err = (Result.Err<ParquetSink>) ParquetSink.fromJson(json);
        assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_CONFIG);
        assertThat(err.problem().detail())
                .contains("unknown key colour")
                .contains("unknown key roll.bytes")
                .contains("root is missing")
                .contains("'../etc' is not a Kafka topic name")
                .contains("timeColumn is missing")
                .contains("kind of 'a' must be view or stream")
                .contains("schema of 'c' cannot be read")
                .contains("partition is [symbol]")
                .contains("roll.rows is 0")
                .contains("every is '15m'")
                .contains("registryUrl is 'ftp://x'");
    }

    @Test
    void whatIsNoObjectIsAMistakeToo() {
        assertThat(ParquetSink.fromJson("")).isInstanceOf(Result.Err.class);
        assertThat(ParquetSink.fromJson("[]")).isInstanceOf(Result.Err.class);
        assertThat(ParquetSink.fromJson("{")).isInstanceOf(Result.Err.class);
    }

    @Test
    void connectorIsFoundAsAServiceAndHandsItsPropertiesToTasks() {
        var found = ServiceLoader.load(SinkConnector.class).stream()
                .map(ServiceLoader.Provider::type)
                .toList();
        assertThat(found).contains(ParquetSinkConnector.class);
        var connector = new ParquetSinkConnector();
        connector.start(SINK.toConnectorConfig(3));
        assertThat(connector.taskConfigs(3))
                .hasSize(3)
                .allSatisfy(
                        task -> assertThat(ParquetSinkConnector.sinkOf(task)).isEqualTo(SINK));
        assertThat(connector.config().validate(SINK.toConnectorConfig(1)))
                .allSatisfy(value -> assertThat(value.errorMessages()).isEmpty());
    }

    @Test
    void connectorRefusesTopicsThatAreNoTables() {
        var config = new HashMap<>(SINK.toConnectorConfig(1));
        config.put("topics", "trades, quotes");
        var connector = new ParquetSinkConnector();
        assertThatThrownBy(() -> connector.start(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[quotes, trades]")
                .hasMessageContaining("[bars_1m, trades]");
    }
}

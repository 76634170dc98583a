package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;

/** The configuration of the sink and its connector. */
class ParquetSinkTest {
    private static final ParquetSink SINK = new ParquetSink(
            Path.of("data", "lake"),
            List.of(new ParquetSink.Table("trades", "ts", false), new ParquetSink.Table("bars_1m", "ts", true)),
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
                {"root": 3, "tables": [{"topic": "../etc", "timeColumn": "ts", "view": true}, {"topic": "a", "view": 1}],
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
                .contains("view of 'a' must be true or false")
                .contains("partition is [symbol]")
                .contains("roll.rows is 0")
                .contains("roll.every is '15m'")
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

package io.polaroid.ingest.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;

class WebSocketSourceTest {
    private static final WebSocketSource SOURCE = BinanceSource.at("wss://user:pw@feed.example/ws?token=hunter2");

    @Test
    void comesBackFromItsJsonAsItWas() {
        assertThat(WebSocketSource.fromJson(SOURCE.toJson())).isEqualTo(Result.ok(SOURCE));
    }

    @Test
    void needsOnlyWhatHasNoDefault() {
        String json = """
                {"name": "n", "url": "ws://feed.example", "dead_letter_topic": "d", "registry_url": "http://r",
                 "rows": [{"into": "s", "fields": {"k": "/k", "t": {"pointer": "/t", "unit": "ns"}}}],
                 "streams": {"s": {"key": ["k"], "time": "t", "schema": "{\\"type\\":\\"record\\",\\"name\\":\\"S\\",\\"fields\\":[
                    {\\"name\\":\\"k\\",\\"type\\":\\"string\\"},
                    {\\"name\\":\\"t\\",\\"type\\":{\\"type\\":\\"long\\",\\"logicalType\\":\\"timestamp-nanos\\"}}]}"}}}
                """.replace("\n   ", "");
        WebSocketSource source = WebSocketSource.fromJson(json).orThrow();
        assertThat(source.reconnect()).isEqualTo(ReconnectPolicy.defaults());
        assertThat(source.maxAheadMillis()).isEqualTo(3_600_000);
        assertThat(source.streams().get("s").partitions()).isEqualTo(4);
        assertThat(source.position()).isNull();
    }

    @Test
    void tellsAllMistakesAtOnce() throws Exception {
        var json = (ObjectNode) new ObjectMapper().readTree(SOURCE.toJson());
        json.put("url", "https://feed.example");
        json.remove("dead_letter_topic");
        json.put("speling", true);
        json.put("registry_url", "localhost:8081");
        json.put("symbols", "BTCUSDT");
        ((ObjectNode) json.get("reconnect")).put("backoff_multiplier", 0.5).put("max_retries", "many");
        ((ObjectNode) json.at("/rows/0/fields/ts")).put("unit", "hours");
        ((ObjectNode) json.at("/rows/1")).put("into", "nowhere");
        ((ObjectNode) json.at("/streams/trades")).put("time", "price");
        assertThat(WebSocketSource.fromJson(json.toString())).isInstanceOfSatisfying(Result.Err.class, err -> {
            assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_CONFIG);
            assertThat(err.problem().context().keySet())
                    .containsExactlyInAnyOrder(
                            "url",
                            "dead_letter_topic",
                            "speling",
                            "registry_url",
                            "symbols",
                            "reconnect.backoff_multiplier",
                            "reconnect.max_retries",
                            "rows[0].fields.ts.unit",
                            "rows[1].into",
                            "streams.trades.time");
        });
        for (String text : List.of("", "{", "[]", "null", "{\"headers\": {\"Authorization\": hunter2}}")) {
            assertThat(WebSocketSource.fromJson(text))
                    .isInstanceOfSatisfying(
                            Result.Err.class,
                            err -> assertThat(err.problem().toString()).doesNotContain("hunter2"));
        }
    }

    @Test
    void keepsItsSecretsOutOfLogs() {
        assertThat(SOURCE.toString()).contains("exchange", "feed.example").doesNotContain("hunter2", "pw", "Api-Key");
    }

    @Test
    void connectorIsFoundAndChecksItsConfiguration() {
        SourceConnector connector = ServiceLoader.load(SourceConnector.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(WebSocketSourceConnector.class::isInstance)
                .findFirst()
                .orElseThrow();
        Map<String, String> properties = Map.of(WebSocketSourceConnector.SOURCE, SOURCE.toJson());
        connector.start(properties);
        assertThat(connector.taskConfigs(8)).containsExactly(properties);
        assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.config().parse(properties).toString()).doesNotContain("hunter2");
        assertThatThrownBy(() -> connector.config().parse(Map.of(WebSocketSourceConnector.SOURCE, "{}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("registry_url");
    }
}

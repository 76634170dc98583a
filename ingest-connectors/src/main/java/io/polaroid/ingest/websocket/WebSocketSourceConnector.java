package io.polaroid.ingest.websocket;

import io.polaroid.timeseries.result.Result;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Kafka Connect source connector for WebSocket feeds; one task. Its only property is {@value #SOURCE}, a
 * {@link WebSocketSource} as JSON. Wants {@code transaction.boundary=poll} and byte-array converters.
 *
 * <p>Exactly once means: what the feed delivered is committed once, together with the position after it. What a feed
 * without positions sends while nobody listens is lost, and the control records DOWN and UP tell so.
 */
public final class WebSocketSourceConnector extends SourceConnector {
    /** The property that holds the source. */
    public static final String SOURCE = "polaroid.source";

    static final String VERSION = "0.1.0";

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public ConfigDef config() {
        // A password, because it holds the headers: Connect does not log it.
        return new ConfigDef()
                .define(
                        SOURCE,
                        ConfigDef.Type.PASSWORD,
                        ConfigDef.NO_DEFAULT_VALUE,
                        WebSocketSourceConnector::check,
                        ConfigDef.Importance.HIGH,
                        "the source, as JSON");
    }

    private static void check(String name, Object value) {
        if (value instanceof Password json
                && WebSocketSource.fromJson(json.value()) instanceof Result.Err<WebSocketSource> err) {
            throw new ConfigException(name + ": " + err.problem());
        }
    }

    @Override
    public void start(Map<String, String> connectorProperties) {
        properties = Map.copyOf(connectorProperties);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return WebSocketSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(properties);
    }

    @Override
    public void stop() {
        properties = Map.of();
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
        return ExactlyOnceSupport.SUPPORTED;
    }
}

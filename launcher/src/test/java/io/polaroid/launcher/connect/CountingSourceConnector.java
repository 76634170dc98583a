package io.polaroid.launcher.connect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A feed of the numbers 0, 1, 2 … up to {@code limit}, which goes on where its offset stands. */
public final class CountingSourceConnector extends SourceConnector {
    private Map<String, String> config = Map.of();

    @Override
    public void start(Map<String, String> props) {
        config = props;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return CountingTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(config);
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return new ConfigDef()
                .define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "where to")
                .define("limit", ConfigDef.Type.LONG, ConfigDef.Importance.HIGH, "how many numbers");
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public String version() {
        return "1";
    }

    /** Its task. */
    public static final class CountingTask extends SourceTask {
        private static final Map<String, String> FEED = Map.of("feed", "numbers");
        private String topic = "";
        private long limit;
        private long next;
        private long pauseMillis;

        @Override
        public void start(Map<String, String> props) {
            topic = props.get("topic");
            limit = Long.parseLong(props.get("limit"));
            if (props.containsKey("failure")) {
                throw new ConnectException(props.get("failure"));
            }
            pauseMillis = Long.parseLong(props.getOrDefault("pause.ms", "0"));
            Map<String, Object> offset = context.offsetStorageReader().offset(FEED);
            next = offset == null ? 0 : (Long) offset.get("next");
        }

        @Override
        public List<SourceRecord> poll() throws InterruptedException {
            Thread.sleep(pauseMillis);
            var records = new ArrayList<SourceRecord>();
            while (next < limit && records.size() < 10) {
                byte[] value = Long.toString(next).getBytes(StandardCharsets.UTF_8);
                next++;
                records.add(new SourceRecord(
                        FEED, Map.of("next", next), topic, 0, Schema.BYTES_SCHEMA, value, Schema.BYTES_SCHEMA, value));
            }
            return records;
        }

        @Override
        public void stop() {}

        @Override
        public String version() {
            return "1";
        }
    }
}

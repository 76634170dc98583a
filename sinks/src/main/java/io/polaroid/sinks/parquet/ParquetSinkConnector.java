package io.polaroid.sinks.parquet;

import io.polaroid.timeseries.result.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Writes streams and views to Parquet; told by {@link ParquetSink} in the property {@value ParquetSink#PROPERTY}. Its
 * consumer must read committed records only; {@link ParquetSink#toConnectorConfig} says so.
 */
public final class ParquetSinkConnector extends SinkConnector {
    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return Version.TEXT;
    }

    @Override
    public void start(Map<String, String> props) {
        ParquetSink sink = sinkOf(props);
        var topics = Arrays.stream(props.getOrDefault("topics", "").split(","))
                .map(String::strip)
                .filter(topic -> !topic.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!topics.equals(sink.topics())) {
            throw new ConfigException("topics " + topics + " differ from the tables " + sink.topics() + " of "
                    + ParquetSink.PROPERTY + "; both must name the same");
        }
        properties = Map.copyOf(props);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ParquetSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return java.util.Collections.nCopies(maxTasks, properties);
    }

    @Override
    public void stop() {
        properties = Map.of();
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef()
                .define(
                        ParquetSink.PROPERTY,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        (name, value) -> parse(String.valueOf(value)),
                        ConfigDef.Importance.HIGH,
                        "the sink as JSON: root, tables [{topic, timeColumn, view}], partition, roll {rows, every},"
                                + " registryUrl");
    }

    static ParquetSink sinkOf(Map<String, String> props) {
        return parse(props.getOrDefault(ParquetSink.PROPERTY, ""));
    }

    private static ParquetSink parse(String json) {
        return switch (ParquetSink.fromJson(json)) {
            case Result.Ok<ParquetSink> ok -> ok.value();
            case Result.Err<ParquetSink> err ->
                throw new ConfigException(err.problem().detail());
        };
    }
}

package io.polaroid.sinks.parquet;

import io.polaroid.schemas.stream.StreamDeclaration;
import io.polaroid.timeseries.result.Result;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a Parquet sink is told: which topics go where, and where files end.
 *
 * @param root folder of the lake; table t is {@code <root>/t}
 * @param tables the topics, each a table of the same name
 * @param partition {@code ["date"]} for one folder {@code date=YYYY-MM-DD} per UTC day of the time column, or empty
 * @param rollRows a file set ends after so many rows of a partition
 * @param rollEvery a file set ends when event time passes the bucket of this length that its first row lies in
 * @param registryUrl of the schema registry
 */
public record ParquetSink(
        Path root, List<Table> tables, List<String> partition, long rollRows, Duration rollEvery, URI registryUrl) {
    /** Name of the one property of a connector that holds this record as JSON. */
    public static final String PROPERTY = "polaroid.sink";

    /** The one column-free partitioning there is. */
    public static final String BY_DATE = "date";

    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    /** A topic that is written. */
    public sealed interface Table {
        /** The topic, also the name of the table and its folder. */
        String topic();

        /** Column with the event time, a timestamp. */
        String timeColumn();
    }

    /**
     * Results: rows count once their {@code revision} is there.
     *
     * @param topic the topic, also the name of the table and its folder
     * @param timeColumn column with the event time, a timestamp
     */
    public record View(String topic, String timeColumn) implements Table {}

    /**
     * A stream: rows count that the engine accepts.
     *
     * @param declaration what it accepts
     * @param retention how long its row tier keeps rows, and so remembers the feed's ids
     */
    public record Stream(StreamDeclaration declaration, Duration retention) implements Table {
        @Override
        public String topic() {
            return declaration.name();
        }

        @Override
        public String timeColumn() {
            return declaration.time();
        }
    }

    public ParquetSink {
        tables = List.copyOf(tables);
        partition = List.copyOf(partition);
        var mistakes = new java.util.ArrayList<String>();
        if (tables.isEmpty()) {
            mistakes.add("tables is empty; name at least one topic");
        }
        var seen = new HashSet<String>();
        for (Table table : tables) {
            if (!isTopic(table.topic())) {
                mistakes.add("tables: topic '" + table.topic() + "' is not a Kafka topic name");
            }
            if (!seen.add(table.topic())) {
                mistakes.add("tables: topic '" + table.topic() + "' is there twice");
            }
            if (table.timeColumn().isBlank()) {
                mistakes.add("tables: topic '" + table.topic() + "' has no timeColumn");
            }
        }
        if (!partition.isEmpty() && !partition.equals(List.of(BY_DATE))) {
            mistakes.add("partition is " + partition + "; it can be [] or [date]");
        }
        if (rollRows < 1) {
            mistakes.add("roll.rows is " + rollRows + "; it must be at least 1");
        }
        if (rollEvery.compareTo(Duration.ofMillis(1)) < 0 || rollEvery.compareTo(Duration.ofDays(3660)) > 0) {
            mistakes.add("roll.every is " + rollEvery + "; it must lie between 1 ms and ten years");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** Whether files are kept in a folder for each day. */
    public boolean byDate() {
        return !partition.isEmpty();
    }

    /** As the text of {@link #PROPERTY}. */
    public String toJson() {
        return ParquetSinkJson.write(this);
    }

    /** Reads the text of {@link #PROPERTY}; {@code INVALID_CONFIG} names all mistakes at once. */
    public static Result<ParquetSink> fromJson(String json) {
        return ParquetSinkJson.read(json);
    }

    /**
     * The whole configuration of a connector that runs this sink: its class, topics, converters, and that it reads committed
     * records only, from the beginning of a topic that it does not know.
     */
    public Map<String, String> toConnectorConfig(int tasks) {
        var config = new HashMap<String, String>();
        config.put("connector.class", ParquetSinkConnector.class.getName());
        config.put("tasks.max", Integer.toString(tasks));
        config.put("topics", tables.stream().map(Table::topic).collect(Collectors.joining(",")));
        config.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        config.put("consumer.override.isolation.level", "read_committed");
        config.put("consumer.override.auto.offset.reset", "earliest");
        config.put(PROPERTY, toJson());
        return config;
    }

    /** The topics, sorted. */
    TreeSet<String> topics() {
        return tables.stream().map(Table::topic).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isTopic(String name) {
        return TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }
}

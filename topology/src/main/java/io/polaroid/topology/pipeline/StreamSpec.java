package io.polaroid.topology.pipeline;

import io.polaroid.schemas.stream.StreamDeclaration;
import io.polaroid.schemas.stream.StreamFormat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A stream: rows of one record type in one topic of the same name.
 *
 * @param name stream, topic and table name
 * @param schema Avro schema of the rows
 * @param key key columns, which make the series key
 * @param time time column, an Avro timestamp
 * @param id column of the feed's own row id, by which duplicates are removed
 * @param retention how long the row tier keeps rows, in event time
 * @param checks boolean expressions that every row must satisfy
 * @param partitions partitions of the topic
 * @param format how records hold rows
 */
public record StreamSpec(
        String name,
        Schema schema,
        List<String> key,
        String time,
        Optional<String> id,
        Duration retention,
        List<String> checks,
        int partitions,
        StreamFormat format) {
    public StreamSpec {
        key = List.copyOf(key);
        checks = List.copyOf(checks);
    }

    /** A stream whose records are rows. */
    public StreamSpec(
            String name,
            Schema schema,
            List<String> key,
            String time,
            Optional<String> id,
            Duration retention,
            List<String> checks,
            int partitions) {
        this(name, schema, key, time, id, retention, checks, partitions, StreamFormat.AVRO);
    }

    /** What makes a record of its topic a row of it. */
    public StreamDeclaration declaration() {
        return new StreamDeclaration(name, schema, key, time, id, checks, partitions, format);
    }
}

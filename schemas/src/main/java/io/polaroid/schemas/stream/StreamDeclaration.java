package io.polaroid.schemas.stream;

import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What makes a record of a topic a row of a stream.
 *
 * @param name stream and topic name
 * @param schema Avro schema of the record values
 * @param key key columns, which make the series key
 * @param time time column, an Avro timestamp
 * @param id column of the feed's own row id
 * @param checks boolean expressions that every row must satisfy
 * @param partitions partitions of the topic
 * @param format how records hold rows
 */
public record StreamDeclaration(
        String name,
        Schema schema,
        List<String> key,
        String time,
        Optional<String> id,
        List<String> checks,
        int partitions,
        StreamFormat format) {
    public StreamDeclaration {
        key = List.copyOf(key);
        checks = List.copyOf(checks);
    }

    /** A stream whose records are rows. */
    public StreamDeclaration(
            String name,
            Schema schema,
            List<String> key,
            String time,
            Optional<String> id,
            List<String> checks,
            int partitions) {
        this(name, schema, key, time, id, checks, partitions, StreamFormat.AVRO);
    }
}

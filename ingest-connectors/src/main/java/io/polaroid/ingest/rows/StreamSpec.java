package io.polaroid.ingest.rows;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a source must know of a stream that it feeds.
 *
 * @param schema Avro record schema, as JSON text
 * @param key key columns, in order
 * @param time the column of event time
 * @param id the column of the feed's own row id, or null
 * @param partitions how many partitions its topic has
 * @param idleMillis how long after the newest event its time goes on when the feed is quiet; 0 for never
 */
public record StreamSpec(
        String schema,
        List<String> key,
        String time,
        @Nullable String id,
        int partitions,
        long idleMillis) {
    public StreamSpec {
        key = List.copyOf(key);
    }

    /** A stream whose time its rows alone move. */
    public StreamSpec(String schema, List<String> key, String time, @Nullable String id, int partitions) {
        this(schema, key, time, id, partitions, 0);
    }
}

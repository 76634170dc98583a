package io.polaroid.sinks.parquet;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** What a record of a topic is to the sink. */
sealed interface Decoded {
    /**
     * A row to write.
     *
     * @param cells its columns, {@code _partition} and {@code _offset}
     * @param schema of the cells
     * @param millis event time, rounded down
     */
    record Row(GenericRecord cells, Schema schema, long millis) implements Decoded {}

    /** A heartbeat of a feed that says how far event time is. */
    record Heartbeat(long millis) implements Decoded {}

    /** Nothing to write. */
    enum Skipped implements Decoded {
        /** A control record. */
        CONTROL,
        /** A result that is not published yet. */
        PROVISIONAL,
        /** A null value under a key that announces no control record. */
        TOMBSTONE,
        /** No row of a schema with the time column; the topology dead-letters it. */
        MALFORMED,
        /** A row of another partition, where the topology writes it once more. */
        MISROUTED,
        /** A row whose feed id was there already. */
        DUPLICATE
    }
}

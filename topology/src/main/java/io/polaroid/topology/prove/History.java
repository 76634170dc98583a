package io.polaroid.topology.prove;

import io.polaroid.timeseries.row.Row;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of topics that sinks have written elsewhere: what is asked for records that a topic has no more. */
public interface History {
    /** No history at all. */
    History NONE = new History() {
        @Override
        public long boundary(String topic, int partition) {
            return -1;
        }

        @Override
        public void read(String topic, int partition, Schema columns, long below, Each each) {}
    };

    /** Every row of the partition at or below this offset is there; -1 where nothing is. */
    long boundary(String topic, int partition);

    /**
     * Gives the rows of a partition below an offset, in the order of their offsets.
     *
     * @param columns the columns wanted; those that are not there are null
     */
    void read(String topic, int partition, Schema columns, long below, Each each);

    /** Takes rows. */
    @FunctionalInterface
    interface Each {
        /** A row, on its own, and the offset that it had. */
        void take(long offset, Row row);
    }
}

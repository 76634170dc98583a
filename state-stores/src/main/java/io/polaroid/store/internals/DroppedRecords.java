package io.polaroid.store.internals;

import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.metrics.TaskMetrics;

/** The seam to the task's sensor {@code dropped-records}, where Kafka's own stores count what has expired before it came. */
public final class DroppedRecords {
    private DroppedRecords() {}

    /** Counts one dropped record for the task that this thread processes. */
    public static void count(StateStoreContext context) {
        if (context instanceof InternalProcessorContext<?, ?> internal) {
            Sensor sensor = TaskMetrics.droppedRecordsSensor(
                    Thread.currentThread().getName(), context.taskId().toString(), internal.metrics());
            sensor.record(1, internal.currentSystemTimeMs());
        }
    }
}

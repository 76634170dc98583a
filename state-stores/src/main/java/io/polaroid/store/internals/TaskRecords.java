package io.polaroid.store.internals;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorContextUtils;
import org.apache.kafka.streams.processor.internals.RecordCollector;

/**
 * The seam through which a store writes to a topic that is not its changelog, in its task's transaction: a store that is restored
 * from a source topic has no changelog of its own.
 */
public final class TaskRecords {
    private TaskRecords() {}

    /** Sends a record to the task's partition of a topic, under the wall clock's time. */
    public static void send(StateStoreContext context, String topic, byte[] key, byte[] value) {
        InternalProcessorContext<?, ?> internal = ProcessorContextUtils.asInternalProcessorContext(context);
        if (!(context instanceof RecordCollector.Supplier supplier)) {
            throw new StreamsException("Kafka Streams does not give stores a record collector any more");
        }
        var row = new ProducerRecord<>(topic, context.taskId().partition(), internal.currentSystemTimeMs(), key, value);
        supplier.recordCollector().send(key, value, topic, internal, row);
    }
}

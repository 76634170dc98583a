package io.polaroid.store.internals;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorContextUtils;
import org.apache.kafka.streams.processor.internals.RecordCollector;

/**
 * The seam through which a processor sends bytes to a topic of one of its sinks without going through that sink: the same
 * transaction, order, callbacks and error handling, but not a context, a header list and a latency sensor for each record.
 */
public final class ResultSink {
    private final InternalProcessorContext<?, ?> context;
    private final String node;
    private final String topic;

    /**
     * A way to a topic.
     *
     * @param context the processor's own, in its {@code init}
     * @param node name of the sink, under which errors are told
     */
    public ResultSink(ProcessorContext<?, ?> context, String node, String topic) {
        this.context = ProcessorContextUtils.asInternalProcessorContext(context);
        this.node = node;
        this.topic = topic;
    }

    /** Sends a record; its partition is that of its key. */
    public void send(byte[] key, byte[] value, long timestampMillis) {
        // Asked for each time: Kafka Streams makes a new one when a standby becomes active.
        if (!(context instanceof RecordCollector.Supplier supplier)) {
            throw new StreamsException("Kafka Streams does not give processors a record collector any more");
        }
        var row = new ProducerRecord<>(topic, null, timestampMillis, key, value);
        supplier.recordCollector().send(key, value, node, context, row);
    }
}

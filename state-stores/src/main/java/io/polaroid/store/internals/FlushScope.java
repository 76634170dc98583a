package io.polaroid.store.internals;

import java.util.function.Consumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorContextUtils;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/**
 * The seam through which a processor forwards while stores are flushed: Kafka Streams has no current node and a stale record
 * context then, and refuses {@code forward}.
 */
public final class FlushScope implements Consumer<Runnable> {
    private static final long NO_OFFSET = -1;
    private static final int NO_PARTITION = -1;

    private final InternalProcessorContext<?, ?> context;
    private final ProcessorNode<?, ?, ?, ?> node;

    private FlushScope(InternalProcessorContext<?, ?> context, ProcessorNode<?, ?, ?, ?> node) {
        this.context = context;
        this.node = node;
    }

    /**
     * The scope of a processor.
     *
     * @param context its own, in its {@code init}
     */
    public static FlushScope of(ProcessorContext<?, ?> context) {
        InternalProcessorContext<?, ?> internal = ProcessorContextUtils.asInternalProcessorContext(context);
        ProcessorNode<?, ?, ?, ?> node = internal.currentNode();
        if (node == null) {
            throw new StreamsException(
                    "a flush scope is made in a processor's init, where Kafka Streams knows the node");
        }
        return new FlushScope(internal, node);
    }

    @Override
    @SuppressWarnings("NullAway") // the topic of a context without a record is null, as in a punctuation
    public void accept(Runnable action) {
        ProcessorNode<?, ?, ?, ?> nodeBefore = context.currentNode();
        ProcessorRecordContext recordBefore = context.recordContext();
        context.setCurrentNode(node);
        context.setRecordContext(new ProcessorRecordContext(
                context.currentSystemTimeMs(), NO_OFFSET, NO_PARTITION, null, new RecordHeaders()));
        try {
            action.run();
        } finally {
            context.setCurrentNode(nodeBefore);
            context.setRecordContext(recordBefore);
        }
    }
}

package io.polaroid.store.internals;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorContextUtils;
import org.apache.kafka.streams.query.Position;
import org.jspecify.annotations.Nullable;

/** The seam through which a store writes to its changelog topic: there is no public one. */
public final class ChangelogWriter {
    private final StateStoreContext context;
    private final String store;

    /** Writes for a store, with the context that its {@code init} was given. */
    public ChangelogWriter(StateStoreContext context, String store) {
        this.context = context;
        this.store = store;
    }

    /**
     * Sends one record in the current transaction, under the wall clock's time: with event times, a topic with time retention
     * would lose the records of back-filled data.
     *
     * @param value null for a tombstone
     */
    public void log(byte[] key, byte @Nullable [] value) {
        InternalProcessorContext<?, ?> internal = ProcessorContextUtils.asInternalProcessorContext(context);
        send(internal, Bytes.wrap(key), value);
    }

    @SuppressWarnings("NullAway") // Kafka's method takes null for a tombstone, but is not annotated
    private void send(InternalProcessorContext<?, ?> internal, Bytes key, byte @Nullable [] value) {
        internal.logChange(
                store, key, value, internal.currentSystemTimeMs(), new RecordHeaders(), Position.emptyPosition());
    }
}

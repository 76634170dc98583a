package io.polaroid.store.internals;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordCollector;

/**
 * The seam through which a store learns up to which offset its changelog records were acknowledged. Kafka Streams flushes the
 * producer before each commit, so right after a commit this is the offset of the last record of that commit; under
 * exactly-once it tells it to no store that runs.
 */
public final class ChangelogOffset {
    private final StateStoreContext context;
    private final String store;

    /** For a store, with the context that its {@code init} was given. */
    public ChangelogOffset(StateStoreContext context, String store) {
        this.context = context;
        this.store = store;
    }

    /** The topic that the store is restored from. */
    public Optional<String> topic() {
        return context instanceof InternalProcessorContext<?, ?> internal
                ? Optional.ofNullable(internal.changelogFor(store))
                : Optional.empty();
    }

    /** The offset of the last acknowledged record, if this process has written one. */
    public OptionalLong last() {
        if (!(context instanceof InternalProcessorContext<?, ?> internal)
                || !(context instanceof RecordCollector.Supplier supplier)) {
            return OptionalLong.empty();
        }
        RecordCollector collector = supplier.recordCollector();
        String topic = internal.changelogFor(store);
        if (collector == null || topic == null) {
            return OptionalLong.empty();
        }
        Long offset = collector
                .offsets()
                .get(new TopicPartition(topic, context.taskId().partition()));
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}

package io.polaroid.store.kafka;

import io.polaroid.store.entry.EntryStore;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.query.Position;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store whose life is that of its entries. */
interface EntryBacked extends StateStore {
    /** In Kafka's own words, which its test suites look for. */
    String INVALID_RANGE = "Returning empty iterator for fetch with invalid key range: from > to. "
            + "This may be due to range arguments set in the wrong order, "
            + "or serdes that don't preserve ordering when lexicographically comparing the serialized bytes. "
            + "Note that the built-in numerical serdes do not follow this for negative numbers";

    /** For what Kafka's stores log. */
    Logger LOG = LoggerFactory.getLogger(EntryBacked.class);

    /** Its entries. */
    EntryStore entries();

    @Override
    default String name() {
        return entries().name();
    }

    @Override
    default boolean persistent() {
        return true;
    }

    @Override
    @Deprecated
    default boolean managesOffsets() {
        return true;
    }

    @Override
    default Long committedOffset(TopicPartition partition) {
        return entries().committedOffset();
    }

    @Override
    default void commit(Map<TopicPartition, Long> offsets) {
        entries().commit(offsets);
    }

    @Override
    default Position getPosition() {
        return entries().position();
    }

    @Override
    default boolean isOpen() {
        return entries().isOpen();
    }

    @Override
    default void close() {
        entries().close();
    }
}

package io.polaroid.store.restore;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Which stores of an instance have been whole: as they were found on disk, restored for an active task, or, as standbys, as far as there was
 * anything when they began to follow. Such a store is behind by what came since; of another one nobody knows what it lacks. It is the listener that
 * {@code KafkaStreams.setStandbyUpdateListener} takes; stores find it among the properties. Thread-safe.
 */
public final class WholeStores implements StandbyUpdateListener {
    /** Kafka Streams property: the instance's own; without it stores are not followed. */
    public static final String PROPERTY = "polaroid.whole.stores";

    private static final long UNKNOWN = -1;
    private static final Follow EMPTY = new Follow(UNKNOWN, false);
    private static final Follow WHOLE = new Follow(UNKNOWN, true);

    private final Map<Store, Follow> stores = new ConcurrentHashMap<>();

    private record Store(String name, int partition) {}

    /** How far a standby must come, and whether it has. */
    private record Follow(long goal, boolean whole) {}

    /**
     * Notes that a store has been opened.
     *
     * @param offset what it goes on from, negative if it begins empty; what it found is taken for whole, as of then
     */
    public static void opened(Map<String, Object> properties, String store, int partition, long offset) {
        if (properties.get(PROPERTY) instanceof WholeStores all) {
            all.stores.put(new Store(store, partition), offset < 0 ? EMPTY : WHOLE);
        }
    }

    /** Notes that a store has been restored for an active task. It may become a standby's later, without being opened again. */
    void restored(String store, int partition) {
        stores.put(new Store(store, partition), WHOLE);
    }

    /** Whether a store has been whole. */
    public boolean contains(String store, int partition) {
        return stores.getOrDefault(new Store(store, partition), EMPTY).whole;
    }

    @Override
    public void onUpdateStart(TopicPartition topic, String store, long startingOffset) {
        stores.computeIfPresent(
                new Store(store, topic.partition()), (key, before) -> new Follow(UNKNOWN, before.whole));
    }

    /** Ends are offsets of last records that can be read. */
    @Override
    public void onBatchLoaded(
            TopicPartition topic, String store, TaskId task, long batchEndOffset, long rows, long currentEndOffset) {
        if (currentEndOffset < batchEndOffset) {
            // Kafka Streams has not asked again since an earlier batch.
            return;
        }
        stores.computeIfPresent(new Store(store, topic.partition()), (key, before) -> {
            long goal = before.goal == UNKNOWN ? currentEndOffset : before.goal;
            return new Follow(goal, before.whole || batchEndOffset >= goal || batchEndOffset == currentEndOffset);
        });
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition topic, String store, long storeOffset, long currentEndOffset, SuspendReason reason) {
        // Either the store goes on as it is, or it is closed, and opened before it is asked again.
    }
}

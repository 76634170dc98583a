package io.polaroid.store.restore;

import io.polaroid.store.read.RestoreStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * How far each partition of each store is restored: the listener that {@code KafkaStreams.setGlobalStateRestoreListener} takes.
 * What has finished stays until the partition goes elsewhere or is restored again. Thread-safe.
 */
public final class RestoreProgress implements StateRestoreListener {
    private final InstantSource clock;
    private final WholeStores whole;
    private final Map<String, Restore> restores = new ConcurrentSkipListMap<>();

    private record Restore(
            String store,
            TopicPartition topic,
            Instant startedAt,
            Instant changedAt,
            long startOffset,
            long doneOffset,
            long endOffset,
            long rows,
            boolean finished) {
        RestoreStatus status() {
            double seconds = Duration.between(startedAt, changedAt).toNanos() / 1e9;
            return new RestoreStatus(
                    store,
                    topic.topic(),
                    topic.partition(),
                    startOffset,
                    doneOffset,
                    endOffset,
                    rows,
                    seconds > 0 ? rows / seconds : 0,
                    finished);
        }
    }

    /** Nothing restored yet. */
    public RestoreProgress(InstantSource clock) {
        this(clock, new WholeStores());
    }

    /** The same, told to those who must know what is restored. */
    public RestoreProgress(InstantSource clock, WholeStores whole) {
        this.clock = clock;
        this.whole = whole;
    }

    /** Each partition that was or is restored here, by store and partition. */
    public List<RestoreStatus> restores() {
        return restores.values().stream().map(Restore::status).toList();
    }

    private static String key(TopicPartition topic, String store) {
        return "%s/%08d".formatted(store, topic.partition());
    }

    @Override
    public void onRestoreStart(TopicPartition topic, String store, long startOffset, long endOffset) {
        Instant now = clock.instant();
        restores.put(
                key(topic, store),
                new Restore(store, topic, now, now, startOffset, startOffset, endOffset, 0, endOffset <= startOffset));
    }

    @Override
    public void onBatchRestored(TopicPartition topic, String store, long batchEndOffset, long rows) {
        restores.computeIfPresent(
                key(topic, store),
                (key, old) -> new Restore(
                        store,
                        topic,
                        old.startedAt,
                        clock.instant(),
                        old.startOffset,
                        batchEndOffset + 1,
                        old.endOffset,
                        old.rows + rows,
                        false));
    }

    @Override
    public void onRestoreEnd(TopicPartition topic, String store, long rows) {
        whole.restored(store, topic.partition());
        restores.computeIfPresent(
                key(topic, store),
                (key, old) -> new Restore(
                        store,
                        topic,
                        old.startedAt,
                        clock.instant(),
                        old.startOffset,
                        old.endOffset,
                        old.endOffset,
                        rows,
                        true));
    }

    @Override
    public void onRestoreSuspended(TopicPartition topic, String store, long rows) {
        restores.remove(key(topic, store));
    }
}

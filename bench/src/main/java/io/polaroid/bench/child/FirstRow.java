package io.polaroid.bench.child;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A consumer interceptor that notes when the first row came out of Kafka: the same probe in every contestant, once a poll. */
public final class FirstRow implements ConsumerInterceptor<Object, Object> {
    private static volatile @Nullable Ticks seen;

    /** When it came. */
    public static Optional<Ticks> seen() {
        return Optional.ofNullable(seen);
    }

    @Override
    public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> records) {
        if (seen == null && !records.isEmpty()) {
            seen = Ticks.now();
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
}

package io.polaroid.topology.app;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets a restore consumer have a first part of the trades of some partitions, and then holds it until it is released. Kafka makes it by its class name, so
 * what it waits for is static.
 */
public final class HeldRestore implements ConsumerInterceptor<byte[], byte[]> {
    private static final String TOPIC = "trades";
    private static volatile IntPredicate held = partition -> false;
    private static volatile CountDownLatch released = new CountDownLatch(0);

    private final Set<Integer> begun = new HashSet<>();

    /** Holds the restores of these partitions from now on. */
    static void hold(IntPredicate partitions) {
        held = partitions;
        released = new CountDownLatch(1);
    }

    static void release() {
        released.countDown();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        boolean isSecond = records.partitions().stream()
                .filter(at -> at.topic().equals(TOPIC) && held.test(at.partition()))
                .anyMatch(at -> !begun.add(at.partition()));
        if (isSecond) {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> settings) {}
}

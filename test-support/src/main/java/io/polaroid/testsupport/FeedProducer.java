package io.polaroid.testsupport;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Feeds a test: many records at once, and a record that the broker did not take fails the test at the next
 * {@link #flush}, not minutes later as one that never arrives.
 */
public final class FeedProducer implements AutoCloseable {
    private static final long ANSWER_SECONDS = 150;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Queue<Future<RecordMetadata>> sent = new ArrayDeque<>();

    private FeedProducer(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** A producer with Kafka's own defaults: idempotent, several requests in flight. */
    public static FeedProducer open(String bootstrapServers) {
        return new FeedProducer(new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** Sends a record some time; {@link #flush} says whether it arrived. */
    public void send(ProducerRecord<byte[], byte[]> message) {
        sent.add(producer.send(message));
    }

    /**
     * Waits until all that was sent is in the topics.
     *
     * @throws AssertionError if a record is not
     */
    public void flush() {
        producer.flush();
        while (!sent.isEmpty()) {
            await(sent.remove());
        }
    }

    private static void await(Future<RecordMetadata> answer) {
        try {
            answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("a record of the test did not arrive", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends the producer; what was sent after the last {@link #flush} may be lost. */
    @Override
    public void close() {
        producer.close();
    }
}

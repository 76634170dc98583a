package io.polaroid.registry.topic;

import io.polaroid.registry.core.Outcome;
import io.polaroid.registry.core.RegistryEvent;
import io.polaroid.registry.core.RegistryState;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry's state, kept in a compacted topic of one partition.
 *
 * <p>The topic is the truth: a change is written with {@code acks=all} and counts when it has been read back, so state after
 * a restart is the state that clients saw. One process writes a topic at a time; nothing here elects.
 * <br><b>Thread</b> any; decisions go one at a time, reads never wait.
 */
public final class SchemasTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchemasTopic.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final TopicPartition partition;
    private final Duration timeout;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final ReentrantLock deciding = new ReentrantLock();
    private final ReentrantLock reading = new ReentrantLock();
    private final Condition readOn = reading.newCondition();
    private volatile RegistryState state = RegistryState.empty();
    private volatile boolean running = true;
    /** Next offset to read; guarded by {@code reading}. */
    private long position;
    /** Whether a write failed without our knowing whether it is in the topic; guarded by {@code deciding}. */
    private boolean uncertain;

    private SchemasTopic(String bootstrapServers, String topic, Duration timeout) {
        this.partition = new TopicPartition(topic, 0);
        this.timeout = timeout;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "client.id",
                        "schema-registry",
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        0,
                        "max.block.ms",
                        timeout.toMillis(),
                        "request.timeout.ms",
                        Math.toIntExact(timeout.toMillis()),
                        "delivery.timeout.ms",
                        Math.toIntExact(timeout.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "client.id",
                        "schema-registry",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest",
                        "fetch.max.wait.ms",
                        100,
                        "default.api.timeout.ms",
                        Math.toIntExact(timeout.toMillis())),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.reader = new Thread(this::readOn, "schema-registry-reader");
    }

    /**
     * Opens the topic, creates it if it is missing, and reads all of it.
     *
     * @throws PolaroidException {@code BROKER_UNREACHABLE} within {@code timeout}, or {@code INVALID_CONFIG} if the topic is
     *     there and would lose schemas
     */
    public static SchemasTopic open(String bootstrapServers, String topic, Duration timeout) {
        TopicSetup.ensure(bootstrapServers, topic, timeout);
        var opened = new SchemasTopic(bootstrapServers, topic, timeout);
        try {
            opened.readAll();
        } catch (KafkaException e) {
            opened.close();
            throw unreachable("topic " + topic + " could not be read", e);
        }
        opened.reader.start();
        return opened;
    }

    /** The newest state. */
    public RegistryState state() {
        return state;
    }

    /**
     * Decides on the newest state and writes what the decision changes; returns when that has been read back.
     *
     * @throws PolaroidException {@code BROKER_UNREACHABLE} if it could not be written or read back; it may happen yet
     */
    public <T> Outcome<T> decide(Function<RegistryState, Outcome<T>> decision) {
        deciding.lock();
        try {
            if (uncertain) {
                write(List.of(EventCodec.NOOP));
            }
            Outcome<T> outcome = decision.apply(state);
            if (outcome instanceof Outcome.Done<T> done && !done.events().isEmpty()) {
                write(done.events().stream().map(EventCodec::encode).toList());
            }
            return outcome;
        } finally {
            deciding.unlock();
        }
    }

    private void write(List<EventCodec.Entry> entries) {
        uncertain = true;
        var sent = new ArrayList<Future<RecordMetadata>>();
        try {
            for (EventCodec.Entry entry : entries) {
                sent.add(producer.send(
                        new ProducerRecord<>(partition.topic(), partition.partition(), entry.key(), entry.value())));
            }
            long last = -1;
            for (Future<RecordMetadata> each : sent) {
                last = each.get(timeout.toMillis(), TimeUnit.MILLISECONDS).offset();
            }
            awaitRead(last);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw unreachable("the change could not be written to topic " + partition.topic(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted while writing to topic " + partition.topic(), e);
        }
        uncertain = false;
    }

    private void awaitRead(long offset) throws InterruptedException, TimeoutException {
        reading.lock();
        try {
            long left = timeout.toNanos();
            while (position <= offset) {
                if (left <= 0 || !running) {
                    throw new TimeoutException("offset " + offset + " was not read back");
                }
                left = readOn.awaitNanos(left);
            }
        } finally {
            reading.unlock();
        }
    }

    private void readAll() {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition), timeout).getOrDefault(partition, 0L);
        long idle = 0;
        while (consumer.position(partition) < end) {
            idle = poll() > 0 ? 0 : idle + POLL.toMillis();
            if (idle > timeout.toMillis()) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        "no record came in " + timeout + "; " + position + " of " + end + " were read");
            }
        }
    }

    private void readOn() {
        try {
            while (running) {
                poll();
            }
        } catch (WakeupException e) {
            LOG.debug("reading ended");
        } catch (KafkaException e) {
            LOG.atError().addKeyValue("topic", partition.topic()).setCause(e).log("schemas cannot be read any more");
        } finally {
            running = false;
        }
    }

    private int poll() {
        var records = consumer.poll(POLL);
        RegistryState next = state;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            next = next.applyAll(eventsOf(record));
        }
        reading.lock();
        try {
            state = next;
            position = consumer.position(partition);
            readOn.signalAll();
        } finally {
            reading.unlock();
        }
        return records.count();
    }

    private List<RegistryEvent> eventsOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            return EventCodec.decode(record.key(), record.value()).stream().toList();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .setCause(e)
                    .log("a record that is no registry event is passed over");
            return List.of();
        }
    }

    static PolaroidException unreachable(String detail, Exception cause) {
        return new PolaroidException(Problem.of(ProblemCode.BROKER_UNREACHABLE, detail), cause);
    }

    /** Stops reading and writing. */
    @Override
    public void close() {
        running = false;
        consumer.wakeup();
        try {
            if (reader.isAlive()) {
                reader.join(timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        consumer.close();
        producer.close(timeout);
    }
}

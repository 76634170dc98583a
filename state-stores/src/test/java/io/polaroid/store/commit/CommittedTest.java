package io.polaroid.store.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.TextIntake;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.RowRuns;
import io.polaroid.testsupport.Allocators;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class CommittedTest {
    private static final int PRICE = 2;
    private static final int SIZE = 3;

    @AfterEach
    void noGateIsLeftOnThisThread() {
        CommitGate.remove();
    }

    @Test
    void readersSeeWholeCommitsWhileAWriterAppendsChangesAndCompacts(BufferAllocator allocator) throws Exception {
        // Given readers that check that all rows of a view carry that commit's number
        var committed = new Committed<Long>();
        var table = new ColumnTable(TextIntake.SCHEMA, allocator);
        var writing = new AtomicBoolean(true);
        var reads = new AtomicInteger();
        var faults = Collections.synchronizedList(new ArrayList<String>());
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(Thread.ofPlatform().start(() -> {
                while (writing.get()) {
                    read(committed, allocator, faults, reads);
                }
            }));
        }
        // When a writer changes every row in place, adds rows and drops some, commit by commit
        for (long commit = 1; commit <= 60 || reads.get() < 100; commit++) {
            for (int row = 0; row < table.rows(); row++) {
                table.setLong(row, SIZE, commit);
            }
            for (int i = 0; i < 300; i++) {
                int row = table.append();
                table.set(row, 0, "symbol " + commit + "/" + i);
                table.setDouble(row, PRICE, i);
                table.setLong(row, SIZE, commit);
            }
            committed.publish(table.view(), commit);
            if (table.rows() > 9_000) {
                table.drop(java.util.BitSet.valueOf(new long[] {1}));
            }
        }
        writing.set(false);
        for (Thread reader : readers) {
            reader.join();
        }
        // Then
        assertThat(faults).isEmpty();
        committed.close();
        table.close();
        assertThat(committed.read((view, facts) -> facts)).isEmpty();
    }

    private static void read(
            Committed<Long> committed, BufferAllocator allocator, List<String> faults, AtomicInteger reads) {
        committed.read((view, commit) -> {
            try (var root = view.copy(RowRuns.first(view.rows()), 4, allocator)) {
                for (int row = 0; row < root.getRowCount(); row++) {
                    Object size = root.getVector(SIZE).getObject(row);
                    if (!commit.equals(size)
                            || !root.getVector(0).getObject(row).toString().startsWith("symbol ")) {
                        faults.add("row " + row + " of commit " + commit + " has " + size);
                    }
                }
                reads.incrementAndGet();
            }
            return commit;
        });
    }

    /** A client whose methods do nothing. */
    private static <T> T idle(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("partitionsFor")) {
                        throw new IllegalStateException("no such topic");
                    }
                    return null;
                }));
    }

    private static final KafkaClientSupplier IDLE = new KafkaClientSupplier() {
        @Override
        @SuppressWarnings("unchecked")
        public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
            return idle(Producer.class);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
            return idle(Consumer.class);
        }

        @Override
        public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
            return getConsumer(config);
        }

        @Override
        public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
            return getConsumer(config);
        }
    };

    /** Tells what becomes of it. */
    private record Recorder(String name, List<String> log) implements CommitGate.Staged {
        @Override
        public void publish() {
            log.add(name + " published");
        }

        @Override
        public void discard() {
            log.add(name + " discarded");
        }
    }

    @Test
    void publishesAfterTheTransactionAndDiscardsWithAnAbort() {
        var log = new ArrayList<String>();
        try (var producer = new GatedClients(IDLE).getProducer(Map.of())) {
            CommitGate.offer("a", new Recorder("without gate", log));
            producer.initTransactions();
            CommitGate.offer("a", new Recorder("first", log));
            CommitGate.offer("a", new Recorder("second", log));
            CommitGate.offer("b", new Recorder("other", log));
            producer.flush();
            assertThat(log).containsExactly("without gate published", "first discarded");
            producer.commitTransaction();
            CommitGate.offer("a", new Recorder("third", log));
            producer.abortTransaction();
            CommitGate.offer("b", new Recorder("fourth", log));
            CommitGate.withdraw("b");
            producer.commitTransaction();
        }
        assertThat(log.subList(2, log.size()))
                .containsExactly("second published", "other published", "third discarded", "fourth discarded");
    }

    @Test
    void publishesAfterTheConsumersCommitAtLeastOnce() {
        var log = new ArrayList<String>();
        try (var consumer = new GatedClients(IDLE).getConsumer(Map.of())) {
            consumer.poll(java.time.Duration.ZERO);
            CommitGate.offer("a", new Recorder("first", log));
            assertThat(log).isEmpty();
            consumer.commitSync(Map.of());
            assertThat(log).containsExactly("first published");
        }
    }

    @Test
    void passesTheClientsOwnExceptionsOn() {
        try (var producer = new GatedClients(IDLE).getProducer(Map.of())) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> producer.partitionsFor("t")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no such topic");
            assertThat(producer).isEqualTo(producer).isNotEqualTo(new Object());
            assertThat(producer.toString()).startsWith("gated ");
        }
    }

    @Test
    void passesOnEveryMethodOfAProducer() {
        // A default method of a later Kafka would be answered by the interface instead of by the client.
        for (var method : Producer.class.getMethods()) {
            assertThat(GatedProducer.class.getDeclaredMethods())
                    .as(method.toString())
                    .anyMatch(own -> own.getName().equals(method.getName())
                            && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
        }
    }
}

package io.polaroid.store.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Stores;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.store.restore.RestoreProgress;
import io.polaroid.store.row.Feed;
import io.polaroid.store.row.TwinRows;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Under exactly once, a process that is killed goes on from its local state, and that is never ahead of what is committed. */
@ExtendWith(Allocators.class)
class KilledProcessIT {
    private static final int LIVES = 3;
    private static final int RECORDS_A_LIFE = 12_000;

    @TempDir
    Path folder;

    private final EmbeddedBroker broker = EmbeddedBroker.shared();

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void goesOnFromTheManifestAndIsExact(BufferAllocator allocator) throws Exception {
        // Given a feed, and a twin of what must be in the stores in the end
        String input = broker.newTopic("killed", 1);
        String output = broker.newTopic("killed-out", 1);
        var events = Feed.random(17, LIVES * RECORDS_A_LIFE);
        var twin = new TwinRows(KillableApp.RETENTION.toNanos());
        for (int offset = 0; offset < events.size(); offset++) {
            twin.apply(offset, events.get(offset).key(), events.get(offset).value());
        }
        // When processes are killed in the middle of their work
        for (int life = 0; life < LIVES; life++) {
            Process process = start(input, output);
            try {
                produce(input, events.subList(life * RECORDS_A_LIFE, (life + 1) * RECORDS_A_LIFE));
                awaitCommitted(input, life * RECORDS_A_LIFE + RECORDS_A_LIFE / 2, process);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        assertThat(manifests()).as("manifests").hasSize(2);
        // Then the next one restores from where the manifests are, and has everything once
        var progress = new RestoreProgress(InstantSource.system());
        KafkaStreams streams = KillableApp.streams(broker.bootstrapServers(), input, output, folder, allocator);
        streams.setGlobalStateRestoreListener(progress);
        try {
            streams.start();
            while (committedOffset(streams, allocator) < events.size() - 1) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(progress.restores()).hasSize(2).allSatisfy(restore -> {
                assertThat(restore.startOffset()).as("%s", restore).isGreaterThan(restore.endOffset() / 2);
                assertThat(restore.finished()).isTrue();
            });
            assertState(streams, twin, allocator);
        } finally {
            streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(Duration.ofSeconds(30)));
        }
    }

    private List<Path> manifests() throws Exception {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals("manifest"))
                    .toList();
        }
    }

    private Process start(String input, String output) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(command::add);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-Xmx512m", "-cp", classPath, KillableApp.class.getName()));
        command.addAll(List.of(broker.bootstrapServers(), input, output, folder.toString()));
        File log = folder.resolveSibling(folder.getFileName() + ".log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private void produce(String input, List<Feed.Event> events) {
        try (var producer = FeedProducer.open(broker.bootstrapServers())) {
            for (Feed.Event event : events) {
                producer.send(new ProducerRecord<>(input, 0, event.key(), event.value()));
            }
            producer.flush();
        }
    }

    private void awaitCommitted(String input, long offset, Process process) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            while (true) {
                var committed = admin.listConsumerGroupOffsets("app-" + input)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(new TopicPartition(input, 0));
                if (committed != null
                        && committed.offset() >= offset
                        && manifests().size() == 2) {
                    return;
                }
                assertThat(process.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }

    private static Optional<TableSnapshot.Part> snapshot(KafkaStreams streams, String store, BufferAllocator target) {
        try {
            var request = StateQueryRequest.inStore(store)
                    .withQuery(Stores.snapshot(target))
                    .requireActive();
            var result = streams.query(request).getPartitionResults().get(0);
            return result == null || result.isFailure() ? Optional.empty() : Optional.of(result.getResult());
        } catch (InvalidStateStoreException | IllegalStateException notRunning) {
            return Optional.empty();
        }
    }

    private static long committedOffset(KafkaStreams streams, BufferAllocator target) {
        return snapshot(streams, SumTopology.SUMS, target)
                .map(part -> {
                    part.rows().close();
                    return part.committedOffset();
                })
                .orElse(-2L);
    }

    private static void assertState(KafkaStreams streams, TwinRows twin, BufferAllocator allocator) {
        twin.assertSnapshot(snapshot(streams, SumTopology.ROWS, allocator).orElseThrow());
        var part = snapshot(streams, SumTopology.SUMS, allocator).orElseThrow();
        Map<String, String> actual = new TreeMap<>();
        try (var rows = part.rows()) {
            for (int i = 0; i < rows.getRowCount(); i++) {
                actual.put(
                        rows.getVector("symbol").getObject(i) + "@"
                                + rows.getVector("ts").getObject(i),
                        rows.getVector("published_offset").getObject(i) + "="
                                + rows.getVector("close").getObject(i));
            }
        }
        assertThat(actual).isEqualTo(twin.sumsBySecond());
        assertThat(part.progressNanos()).isEqualTo(twin.progress());
    }
}

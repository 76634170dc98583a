package io.polaroid.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.kafka.DslTopology.Caching;
import io.polaroid.store.query.ArrowQuery;
import io.polaroid.store.query.ArrowRows;
import io.polaroid.store.restore.RestoreProgress;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.KeyQuery;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.RangeQuery;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.query.TimestampedKeyQuery;
import org.apache.kafka.streams.query.WindowKeyQuery;
import org.apache.kafka.streams.query.WindowRangeQuery;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A DSL application on Arrow stores under exactly once, with a real broker: killed twice, it gives what Kafka's stores give. */
@ExtendWith(Allocators.class)
class DslExactlyOnceIT {
    private static final int LIVES = 2;
    private static final int ROWS_A_LIFE = 2_500;
    private static final int STORES = 5;

    @TempDir
    Path folder;

    private final EmbeddedBroker broker = EmbeddedBroker.shared();

    private record Row(String key, long value, long time) {}

    /** Near the wall clock: a broker deletes what is older than its retention. */
    private static final long START = InstantSource.system().millis() / 60_000 * 60_000;

    private static List<Row> rows() {
        var random = new Random(11);
        var rows = new ArrayList<Row>();
        for (int i = 0; i < LIVES * ROWS_A_LIFE; i++) {
            rows.add(new Row("k" + random.nextInt(50), random.nextInt(100), START + i * 20L));
        }
        return rows;
    }

    private static List<String> expected(List<Row> rows, Path folder) {
        var properties = new Properties();
        properties.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, "expected");
        properties.setProperty(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        var topology = DslTopology.of("in", "out", new DslTopology.Rocks(), Caching.OFF);
        try (var driver = new TopologyTestDriver(topology, properties)) {
            var input = driver.createInputTopic("in", new StringSerializer(), new LongSerializer());
            rows.forEach(row -> input.pipeInput(row.key, row.value, row.time));
            return driver
                    .createOutputTopic("out", new StringDeserializer(), new StringDeserializer())
                    .readRecordsToList()
                    .stream()
                    .map(record -> record.key() + "=" + record.value() + "@" + record.timestamp())
                    .toList();
        }
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void givesRecordByRecordWhatRocksDbGivesThoughKilled(BufferAllocator allocator) throws Exception {
        // Given
        String input = broker.newTopic("dsl", 1);
        String output = broker.newTopic("dsl-out", 1);
        var rows = rows();
        List<String> expected = expected(rows, folder.resolve("rocks"));
        Path state = folder.resolve("state");
        // When processes are killed in the middle of their work
        for (int life = 0; life < LIVES; life++) {
            Process process = start(input, output, state);
            try {
                produce(input, rows.subList(life * ROWS_A_LIFE, (life + 1) * ROWS_A_LIFE));
                awaitOutput(output, (life * ROWS_A_LIFE + ROWS_A_LIFE / 2) * 4, state, process);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        // Then the next one goes on from the files, and all output is there once and the same
        var progress = new RestoreProgress(InstantSource.system());
        var streams = KillableDsl.streams(broker.bootstrapServers(), input, output, state, allocator);
        streams.setGlobalStateRestoreListener(progress);
        try {
            streams.start();
            List<String> actual = read(output, expected.size());
            assertThat(actual).isEqualTo(expected);
            assertThat(progress.restores())
                    .hasSize(STORES)
                    .anySatisfy(restore ->
                            assertThat(restore.startOffset()).as("%s", restore).isPositive());
            Map<String, String> lastOf = new TreeMap<>();
            expected.forEach(line -> lastOf.put(line.substring(0, line.indexOf('=')), line));
            assertKafkasQueries(streams, input, rows.size() - 1, lastOf);
            assertArrowQueries(streams, input, rows.size() - 1, lastOf, allocator);
        } finally {
            streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(Duration.ofSeconds(30)));
        }
    }

    private static <R> QueryResult<R> ask(KafkaStreams streams, String store, Query<R> query, PositionBound bound)
            throws InterruptedException {
        while (true) {
            try {
                var request = StateQueryRequest.inStore(store)
                        .withQuery(query)
                        .withPositionBound(bound)
                        .requireActive();
                QueryResult<R> result =
                        streams.query(request).getPartitionResults().get(0);
                if (result != null
                        && (result.isSuccess() || result.getFailureReason() == FailureReason.UNKNOWN_QUERY_TYPE)) {
                    return result;
                }
            } catch (InvalidStateStoreException notRunning) {
                // it is starting
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void assertKafkasQueries(
            KafkaStreams streams, String input, long lastOffset, Map<String, String> lastOf) throws Exception {
        // The last row is read back only when its transaction has committed: the bound is honoured.
        Position last = Position.emptyPosition().withComponent(input, 0, lastOffset);
        var bound = PositionBound.at(last);
        QueryResult<Long> sum = ask(streams, DslTopology.SUMS, KeyQuery.withKey("k7"), bound);
        assertThat(lastOf.get("sum k7")).startsWith("sum k7=" + sum.getResult() + "@");
        assertThat(sum.getPosition()).isEqualTo(last);
        QueryResult<ValueAndTimestamp<Long>> timed =
                ask(streams, DslTopology.SUMS, TimestampedKeyQuery.withKey("k7"), bound);
        assertThat(lastOf.get("sum k7"))
                .isEqualTo("sum k7=" + timed.getResult().value() + "@"
                        + timed.getResult().timestamp());
        var some = ask(streams, DslTopology.SUMS, RangeQuery.<String, Long>withRange("k1", "k2"), bound);
        var keys = new ArrayList<String>();
        try (var found = some.getResult()) {
            found.forEachRemaining(pair -> keys.add(pair.key));
        }
        assertThat(keys).isSorted().contains("k1", "k19", "k2").doesNotContain("k0", "k3");
        Instant from = Instant.ofEpochMilli(START + 80_000);
        QueryResult<WindowStoreIterator<ValueAndTimestamp<Long>>> windows = ask(
                streams,
                DslTopology.COUNTS,
                WindowKeyQuery.withKeyAndWindowStartRange("k7", from, from.plusSeconds(20)),
                bound);
        try (var found = windows.getResult()) {
            found.forEachRemaining(pair -> assertThat(
                            lastOf.get("count [k7@" + pair.key + "/" + (pair.key + 10_000) + "]"))
                    .startsWith("count [k7@" + pair.key + "/" + (pair.key + 10_000) + "]=" + pair.value.value() + "@"));
        }
        var all = ask(
                streams,
                DslTopology.COUNTS,
                WindowRangeQuery.<String, ValueAndTimestamp<Long>>withWindowStartRange(from, from.plusSeconds(20)),
                bound);
        try (var found = all.getResult()) {
            long windowsOf = lastOf.keySet().stream()
                    .filter(key -> key.startsWith("count ")
                            && (key.contains("@" + (START + 80_000) + "/")
                                    || key.contains("@" + (START + 90_000) + "/")))
                    .count();
            assertThat(found).toIterable().hasSize((int) windowsOf);
        }
        var refused = ask(streams, DslTopology.COUNTS, WindowRangeQuery.<String, Long>withKey("k7"), bound);
        assertThat(refused.getFailureReason()).isEqualTo(FailureReason.UNKNOWN_QUERY_TYPE);
        var ahead = PositionBound.at(Position.emptyPosition().withComponent(input, 0, lastOffset + 1));
        var request = StateQueryRequest.inStore(DslTopology.SUMS)
                .withQuery(KeyQuery.<String, Long>withKey("k7"))
                .withPositionBound(ahead);
        assertThat(streams.query(request).getPartitionResults().get(0).getFailureReason())
                .isEqualTo(FailureReason.NOT_UP_TO_BOUND);
    }

    private static void assertArrowQueries(
            KafkaStreams streams, String input, long lastOffset, Map<String, String> lastOf, BufferAllocator allocator)
            throws Exception {
        var bound = PositionBound.at(Position.emptyPosition().withComponent(input, 0, lastOffset));
        Instant from = Instant.ofEpochMilli(START + 80_000);
        var point = ArrowQuery.point("k7", from, allocator);
        try (ArrowRows rows = ask(streams, DslTopology.COUNTS, point, bound).getResult()) {
            assertThat(rows.rows().getRowCount()).isEqualTo(1);
            assertThat(rows.rows().getVector("time").getObject(0)).isEqualTo(START + 80_000);
        }
        var asOf = ArrowQuery.asOf("k7", from.plusSeconds(15), allocator);
        try (ArrowRows rows = ask(streams, DslTopology.COUNTS, asOf, bound).getResult()) {
            assertThat(rows.rows().getVector("time").getObject(0)).isEqualTo(START + 90_000);
        }
        var latest = ArrowQuery.latest(allocator);
        try (ArrowRows rows = ask(streams, DslTopology.SUMS, latest, bound).getResult()) {
            long sums = lastOf.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("sum ")
                            && !entry.getValue().contains("=null@"))
                    .count();
            assertThat(rows.rows().getRowCount()).isEqualTo((int) sums);
        }
    }

    private Process start(String input, String output, Path state) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(command::add);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-Xmx512m", "-cp", classPath, KillableDsl.class.getName()));
        command.addAll(List.of(broker.bootstrapServers(), input, output, state.toString()));
        File log = folder.resolve("process.log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private void produce(String input, List<Row> rows) {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new LongSerializer())) {
            for (Row row : rows) {
                producer.send(new ProducerRecord<>(input, 0, row.time, row.key, row.value));
            }
            producer.flush();
        }
    }

    /** Waits until so many records are out, and stores have begun to write manifests. */
    private void awaitOutput(String output, int records, Path state, Process process) throws Exception {
        read(output, records);
        while (!hasManifest(state)) {
            assertThat(process.isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Goes by the visitor, because the process that runs replaces files under the walk. */
    private static boolean hasManifest(Path state) throws IOException {
        var found = new AtomicBoolean();
        Files.walkFileTree(state, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.compareAndSet(false, file.endsWith("manifest"));
                return found.get() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, failure);
            }
        });
        return found.get();
    }

    private List<String> read(String output, int records) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        var lines = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition(output, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int idle = 0;
            while (lines.size() < records && idle++ < 1000) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> lines.add(record.key() + "=" + record.value() + "@" + record.timestamp()));
            }
        }
        return lines;
    }
}

package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One instance under a limit of memory, with state of ten times that, of 100,000 series of which one has half of all rows; then killed and
 * started again under the same limit. Run by hand, {@code make limit-test}; {@code LIMIT} in MiB. The limit is a control group's where
 * one can be made, which counts everything, pages of mapped files included; else the kernel's on what is the process's own: heap, direct
 * memory, stacks and code.
 */
class StateLimit {
    private static final int DEVICES = 100_000;
    private static final int ROW_BYTES = 1_320;
    private static final long SLICE_ROWS = 10_000;
    private static final long LIMIT = Long.getLong("polaroid.limit.mb", 768) << 20;

    @TempDir
    Path folder;

    @Test
    void tenTimesTheMemory() throws Exception {
        int rows = (int) Math.max(DEVICES, Long.getLong("polaroid.limit.rows", LIMIT / ROW_BYTES * 11));
        var group = MemoryGroup.of(LIMIT);
        say(
                "limit %d MiB: %s; %d rows",
                LIMIT >> 20, group.map(made -> "control group " + made.folder()).orElse("""
                    no control group can be made here, so of the process's own memory only (RLIMIT_DATA); \
                    pages of mapped files are told beside it\
                    """), rows);
        var before = new ArrayList<>(group.map(MemoryGroup::command).orElse(MemoryGroup.ownMemory(LIMIT)));
        // As docs/cluster.md says for a limit on memory.
        before.addAll(List.of("env", "MALLOC_ARENA_MAX=1", "MALLOC_MMAP_THRESHOLD_=1048576"));
        var launch = new ChildJvm.Launch(
                before,
                List.of(
                        "-Xmx" + LIMIT / 100 * 36,
                        "-XX:MaxDirectMemorySize=" + LIMIT / 100 * 20,
                        "-Dio.netty.allocator.numDirectArenas=1",
                        "-Dio.netty.allocator.maxOrder=8",
                        "-XX:ReservedCodeCacheSize=32m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC"));
        var registry = new HashRegistry();
        try (var cluster = new Cluster(folder, "wide", List.of("polaroid.state.memory.bytes=" + LIMIT / 10), launch);
                var feed = new WideFeed(cluster.servers(), registry, rows, DEVICES)) {
            Topics.create(WideFeed.pipeline(), cluster.servers());
            cluster.join(0);
            cluster.awaitUp(0);
            long begun = System.nanoTime();
            feed.play();
            say("all rows are sent after %.0f s", (System.nanoTime() - begun) / 1e9);
            cluster.awaitCommitted(feed.ends(), Duration.ofMinutes(30));
            say("all rows are committed after %.0f s", (System.nanoTime() - begun) / 1e9);
            assertEqual(cluster, feed, registry);
            sayMemory(cluster, group);
            cluster.kill(0);
            begun = System.nanoTime();
            cluster.join(0);
            cluster.awaitUp(0);
            while (!cluster.ask(0, "ready").equals("true")) {
                Thread.sleep(200);
            }
            say("ready again %.1f s after a kill", (System.nanoTime() - begun) / 1e9);
            assertEqual(cluster, feed, registry);
            sayMemory(cluster, group);
            assertThat(cluster.stateBytes(0)).as("bytes of state").isGreaterThan(10 * LIMIT);
        } catch (AssertionError | Exception e) {
            var log = Path.of("target", "limit.log");
            Files.copy(folder.resolve("cluster.log"), log, StandardCopyOption.REPLACE_EXISTING);
            throw new AssertionError("the processes' log: " + log, e);
        } finally {
            group.ifPresent(MemoryGroup::close);
        }
    }

    private static void sayMemory(Cluster cluster, Optional<MemoryGroup> group) throws Exception {
        var memory = cluster.memory(0);
        say(
                "MiB: heap %d, direct %d, mapped %d, resident %d, of that files %d; most in the group %s; state on"
                        + " disk %d",
                memory.heap(),
                memory.direct(),
                memory.mapped(),
                memory.resident(),
                memory.residentFiles(),
                group.isPresent() ? group.get().peak() >> 20 : "-",
                cluster.stateBytes(0) >> 20);
    }

    private static void assertEqual(Cluster cluster, WideFeed feed, HashRegistry registry) throws Exception {
        cluster.awaitMarkers(List.of("hours"));
        var published = published(cluster, registry);
        var expected = feed.expected();
        published.keySet().removeIf(key -> key.startsWith("END"));
        assertThat(published.size()).isEqualTo(expected.size());
        assertThat(published.equals(expected)).as("published hours").isTrue();
        long rows = feed.ends().values().stream().mapToLong(Long::longValue).sum();
        assertThat(cluster.ask(0, "rows")).isEqualTo(rows + " 0 0");
        for (int device : new int[] {0, 1, 77, 4_711, DEVICES - 1}) {
            // Of the first one more rows than fit into memory.
            int slices = device == 0 ? (int) (rows / SLICE_ROWS) + 1 : 1;
            assertThat(digest(cluster, device, slices))
                    .as("rows of device %d", device)
                    .isEqualTo(feed.digest(device));
        }
        say("%d results, counts and rows of sampled series are exact", expected.size());
    }

    static String digest(Cluster cluster, int device, int slices) throws Exception {
        long count = 0;
        long sum = 0;
        for (int slice = 0; slice < slices; slice++) {
            var asked = "series " + WideFeed.name(device) + " " + slice + " " + slices;
            var answer = cluster.ask(0, asked).split(" ", -1);
            count += Long.parseLong(answer[0]);
            sum += Long.parseLong(answer[1]);
        }
        return count + " " + sum;
    }

    static Map<String, String> published(Cluster cluster, HashRegistry registry) {
        RowCodec codec;
        try (var allocator = new RootAllocator()) {
            var topology = PipelineTopology.of(WideFeed.pipeline(), registry, allocator, new Running())
                    .orThrow();
            topology.registerSchemas();
            codec = RowCodec.of(topology.viewAvroSchema("hours"), "hours-value", registry)
                    .orThrow();
        }
        var names = codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
        int n = names.indexOf("n");
        int revision = names.indexOf("revision");
        var published = new HashMap<String, String>();
        var partitions = new ArrayList<TopicPartition>();
        for (int partition = 0; partition < WideFeed.PARTITIONS; partition++) {
            partitions.add(new TopicPartition("hours", partition));
        }
        Map<String, Object> settings =
                Map.of("bootstrap.servers", cluster.servers(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.value() == null) {
                        continue;
                    }
                    var row = codec.decode(record.value()).orThrow();
                    assertThat(row.longAt(revision))
                            .as("revisions without late rows")
                            .isZero();
                    var twice = published.put(
                            row.valueAt(0) + "/" + row.longAt(1),
                            List.of(row.longAt(n), row.doubleAt(n + 1), row.doubleAt(n + 2))
                                    .toString());
                    assertThat(twice)
                            .as("a second result of %s", row.valueAt(0))
                            .isNull();
                }
            }
        }
        return published;
    }

    private static void say(String format, Object... values) {
        System.out.println(format.formatted(values));
    }
}

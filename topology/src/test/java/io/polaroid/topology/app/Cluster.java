package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.ClusterMarket;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** A broker and instances of one application, each a process of its own with a folder of its own. */
final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path folder;
    private final Path log;
    private final String pipeline;
    private final List<String> kafka;
    private final ChildJvm.Launch launch;
    private final List<Integer> ports;
    private final Map<Integer, ChildJvm> instances = new TreeMap<>();
    private final Admin admin;
    private ChildJvm broker;
    private Optional<ChildJvm> sink = Optional.empty();

    /** Starts the broker; instances come by {@link #join}. */
    Cluster(Path folder, String pipeline, List<String> kafka) throws Exception {
        this(folder, pipeline, kafka, ChildJvm.Launch.USUAL);
    }

    /** A cluster whose instances are started in their own way. */
    Cluster(Path folder, String pipeline, List<String> kafka, ChildJvm.Launch launch) throws Exception {
        this.launch = launch;
        this.folder = folder;
        this.log = folder.resolve("cluster.log");
        this.pipeline = pipeline;
        this.kafka = List.copyOf(kafka);
        this.ports = freePorts();
        this.broker = startBroker();
        this.admin = Admin.create(Map.of("bootstrap.servers", servers()));
    }

    String servers() {
        return "127.0.0.1:" + ports.getFirst();
    }

    Path log() {
        return log;
    }

    private ChildJvm startBroker() throws InterruptedException {
        var started = ChildJvm.start(
                "the broker",
                ClusterBroker.class,
                log,
                List.of(
                        folder.resolve("broker").toString(),
                        ports.get(0).toString(),
                        ports.get(1).toString()));
        started.await();
        return started;
    }

    void restartBroker() throws Exception {
        broker.leave();
        broker = startBroker();
    }

    void killBroker() throws InterruptedException {
        broker.kill();
    }

    /** Starts the broker that was killed, on what it left. */
    void startKilledBroker() throws InterruptedException {
        broker = startBroker();
    }

    /** Where the sink writes. */
    Path lake() {
        return folder.resolve("lake");
    }

    /** Starts the sink, on the files that it left. */
    void startSink() throws InterruptedException {
        var started = ChildJvm.start("the sink", ClusterSink.class, log, List.of(servers(), lake().toString()));
        sink = Optional.of(started);
        started.await();
    }

    void killSink() throws InterruptedException {
        sink.orElseThrow().kill();
    }

    /** Waits until the sink has taken all that is committed. */
    void awaitSink() throws Exception {
        assertThat(sink.orElseThrow().ask("catch up")).isEqualTo("caught up");
    }

    /** Waits until each transaction on these topics has its marker: what is behind an open one cannot be read. */
    void awaitMarkers(List<String> topics) throws Exception {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        admin.describeTopics(topics)
                .allTopicNames()
                .get()
                .forEach((name, topic) -> topic.partitions()
                        .forEach(partition ->
                                partitions.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ends(partitions, IsolationLevel.READ_COMMITTED)
                .equals(ends(partitions, IsolationLevel.READ_UNCOMMITTED))) {
            assertThat(System.nanoTime()).as("transactions end").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** How many partitions of these topics have records. */
    long partitionsWithRecords(List<String> topics) throws Exception {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        for (String topic : topics) {
            for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                partitions.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        }
        return ends(partitions, IsolationLevel.READ_COMMITTED).values().stream()
                .filter(end -> end > 0)
                .count();
    }

    /** The lines of the log that have a text. */
    List<String> told(String text) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(text)).toList();
        }
    }

    private Map<TopicPartition, Long> ends(Map<TopicPartition, OffsetSpec> partitions, IsolationLevel isolation)
            throws Exception {
        var ends = new HashMap<TopicPartition, Long>();
        admin.listOffsets(partitions, new ListOffsetsOptions(isolation))
                .all()
                .get()
                .forEach((partition, offset) -> ends.put(partition, offset.offset()));
        return ends;
    }

    /** Starts an instance, on the state that it left. */
    void join(int instance) {
        var arguments = new ArrayList<>(List.of(servers(), stateFolder(instance).toString(), pipeline));
        arguments.addAll(kafka);
        instances.put(instance, ChildJvm.start("instance " + instance, ClusterInstance.class, log, arguments, launch));
    }

    void awaitUp(int instance) throws InterruptedException {
        instances.get(instance).await();
    }

    void kill(int instance) throws InterruptedException {
        instances.remove(instance).kill();
    }

    void leave(int instance) throws Exception {
        instances.remove(instance).leave();
    }

    List<Integer> here() {
        return List.copyOf(instances.keySet());
    }

    void loseState(int instance) throws IOException {
        try (var paths = Files.walk(stateFolder(instance))) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** What the files of an instance's stores take. */
    long stateBytes(int instance) {
        return bytes(stateFolder(instance).toFile());
    }

    private static long bytes(File file) {
        File[] inside = file.listFiles();
        return inside == null
                ? file.length()
                : Arrays.stream(inside).mapToLong(Cluster::bytes).sum();
    }

    Path stateFolder(int instance) {
        return folder.resolve("instance-" + instance);
    }

    /** The committed offsets of the application, by {@code topic-partition}. */
    Map<String, Long> committed() throws InterruptedException {
        while (true) {
            try {
                var committed = new TreeMap<String, Long>();
                admin.listConsumerGroupOffsets("market")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .forEach((partition, offset) -> {
                            if (offset != null) {
                                committed.put(partition.toString(), offset.offset());
                            }
                        });
                return committed;
            } catch (ExecutionException e) {
                // The coordinator moves, or the broker starts.
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    long committedSum() throws InterruptedException {
        return committed().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Waits until all records that were sent are committed. */
    void awaitCommitted(Map<String, Long> ends) throws InterruptedException {
        awaitCommitted(ends, PATIENCE);
    }

    void awaitCommitted(Map<String, Long> ends, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Map<String, Long> committed = Map.of();
        while (!committed.equals(ends)) {
            assertThat(System.nanoTime())
                    .as("committed %s of %s", committed, ends)
                    .isLessThan(end);
            instances.forEach((number, instance) -> assertThat(instance.alive())
                    .as("instance %s lives; see %s", number, log)
                    .isTrue());
            TimeUnit.MILLISECONDS.sleep(50);
            committed = new TreeMap<>(committed());
            committed.keySet().retainAll(ends.keySet());
        }
    }

    /**
     * The active state of all instances, once each partition is active in one of them: lines of {@link ClusterInstance}. They are asked one
     * by one, and partitions may move meanwhile: then again.
     *
     * @param tables of streams and views
     */
    List<String> state(int streams, int tables) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var lines = new ArrayList<String>();
            for (var instance : instances.entrySet()) {
                var file = folder.resolve("state-" + instance.getKey() + ".txt");
                assertThat(instance.getValue().ask("state " + file)).isEqualTo("written");
                lines.addAll(Files.readAllLines(file));
            }
            if (each(lines, "part\t", tables) && each(lines, "here\t", streams)) {
                return lines;
            }
            assertThat(System.nanoTime())
                    .as(
                            "active partitions: %s",
                            lines.stream()
                                    .filter(line -> line.startsWith("part\t") || line.startsWith("here\t"))
                                    .toList())
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /** Whether there is one such line for each partition. */
    private static boolean each(List<String> lines, String of, int tables) {
        var found = lines.stream().filter(line -> line.startsWith(of)).toList();
        return found.size() == tables * ClusterMarket.PARTITIONS
                && Set.copyOf(found).size() == found.size();
    }

    String ask(int instance, String line) throws Exception {
        return instances.get(instance).ask(line);
    }

    Memory memory(int instance) throws Exception {
        return Memory.parse(instances.get(instance).ask("memory"));
    }

    private static List<Integer> freePorts() throws IOException {
        var loopback = InetAddress.getByName("127.0.0.1");
        try (var first = new ServerSocket(0, 1, loopback);
                var second = new ServerSocket(0, 1, loopback)) {
            return List.of(first.getLocalPort(), second.getLocalPort());
        }
    }

    @Override
    public void close() {
        instances.values().forEach(ChildJvm::close);
        sink.ifPresent(ChildJvm::close);
        admin.close(Duration.ZERO);
        broker.close();
    }
}

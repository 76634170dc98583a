package io.polaroid.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real Kafka broker (KRaft, one node) within this process, on loopback ports that were free, with a temporary folder.
 *
 * <p>A start costs seconds the first time, so tests share one a JVM, {@link #shared()}, and keep apart by topic names,
 * {@link #newTopic}. Only a test that stops its broker opens its own.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int START_ATTEMPTS = 3;
    private static final int TOPIC_ATTEMPTS = 100;
    private static final int TOPIC_PAUSE_MS = 50;
    private static final AtomicInteger TOPICS = new AtomicInteger();

    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private final Path folder;
    private final boolean keeps;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers, Path folder, boolean keeps) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
        this.folder = folder;
        this.keeps = keeps;
    }

    /** The broker of this JVM; started at the first call, stopped when the JVM ends. Do not close it. */
    public static EmbeddedBroker shared() {
        return Shared.BROKER;
    }

    /** A broker of its own, which the caller closes. */
    public static EmbeddedBroker open() {
        var failure = new IllegalStateException("the broker did not start in " + START_ATTEMPTS + " attempts");
        for (int attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
            try {
                return start();
            } catch (RuntimeException e) {
                // Most likely a port that was free a moment ago is not any more.
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    /** A broker on a folder that it keeps, so that it can be stopped, or killed, and started again on the same ports. */
    public static EmbeddedBroker at(Path folder, int port, int controllerPort) {
        var idFile = folder.resolveSibling(folder.getFileName() + ".cluster");
        var mark = runningMark(folder);
        try {
            Files.createDirectories(folder);
            if (!Files.exists(idFile)) {
                Files.writeString(idFile, Uuid.randomUuid().toString());
            }
            if (Files.exists(mark)) {
                KilledBroker.fence(properties(port, controllerPort, folder), controllerPort);
            }
            Files.writeString(mark, "");
            return start(folder, Files.readString(idFile), port, controllerPort, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Creates a topic whose name starts with {@code prefix} and is no other test's; returns the name once it is served. */
    public String newTopic(String prefix, int partitions) {
        String name = prefix + "-" + TOPICS.incrementAndGet();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
            awaitLeaders(admin, name, partitions);
        } catch (ExecutionException e) {
            throw new IllegalStateException("topic " + name + " was not created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return name;
    }

    /** Who writes to partitions that are not served yet can lose records (KAFKA-15591). */
    private static void awaitLeaders(Admin admin, String topic, int partitions)
            throws ExecutionException, InterruptedException {
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        for (int attempt = 1; ; attempt++) {
            try {
                admin.listOffsets(ends).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || attempt == TOPIC_ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(TOPIC_PAUSE_MS);
            }
        }
    }

    /** Stops the broker and deletes its folder, unless it keeps it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.shutdown();
            server.awaitShutdown();
            if (keeps) {
                runningMark(folder).toFile().delete();
            } else {
                delete(folder);
            }
        }
    }

    /** There while a broker that keeps its folder runs, so still there after a kill. */
    private static Path runningMark(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".running");
    }

    private static EmbeddedBroker start() {
        Path folder = temporaryFolder();
        List<Integer> ports = freePorts(2);
        try {
            return start(folder, Uuid.randomUuid().toString(), ports.get(0), ports.get(1), false);
        } catch (RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    private static EmbeddedBroker start(Path folder, String cluster, int port, int controllerPort, boolean keeps) {
        Properties properties = properties(port, controllerPort, folder);
        format(cluster, folder);
        var server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        try {
            server.startup();
            return new EmbeddedBroker(server, LOOPBACK + ":" + port, folder, keeps);
        } catch (RuntimeException e) {
            server.shutdown();
            throw e;
        }
    }

    private static void format(String cluster, Path folder) {
        var formatter = new Formatter();
        formatter.setNodeId(1);
        formatter.setClusterId(cluster);
        formatter.addDirectory(folder.toString());
        formatter.setMetadataLogDirectory(folder.toString());
        formatter.setControllerListenerName("CONTROLLER");
        formatter.setIgnoreFormatted(true);
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IllegalStateException("the broker's folder could not be formatted", e);
        }
    }

    private static Properties properties(int port, int controllerPort, Path folder) {
        var properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty(
                "listeners",
                "PLAINTEXT://" + LOOPBACK + ":" + port + ",CONTROLLER://" + LOOPBACK + ":" + controllerPort);
        properties.setProperty("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + port);
        properties.setProperty("controller.quorum.voters", "1@" + LOOPBACK + ":" + controllerPort);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.setProperty("log.dirs", folder.toString());
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.setProperty(topic + ".replication.factor", "1");
            properties.setProperty(topic + ".num.partitions", "1");
        }
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("group.min.session.timeout.ms", "1000");
        properties.setProperty("group.streams.min.session.timeout.ms", "1000");
        properties.setProperty("group.streams.min.heartbeat.interval.ms", "500");
        properties.setProperty("group.streams.initial.rebalance.delay.ms", "0");
        // The cleaner's default buffer is 128 MiB.
        properties.setProperty("log.cleaner.dedupe.buffer.size", String.valueOf(2 << 20));
        properties.setProperty("log.cleaner.threads", "1");
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "2");
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
        // Broker and controller share a process: a pause of it must not look like the death of one.
        properties.setProperty("broker.session.timeout.ms", "60000");
        properties.setProperty("broker.heartbeat.interval.ms", "1000");
        return properties;
    }

    /** Ports that are free now; all are held while probing, so that they differ. */
    private static List<Integer> freePorts(int count) {
        var sockets = new ServerSocket[count];
        try {
            var ports = new Integer[count];
            for (int i = 0; i < count; i++) {
                sockets[i] = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK));
                ports[i] = sockets[i].getLocalPort();
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return List.of(ports);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("polaroid-broker-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds the shared broker; its initialiser runs at the first use. */
    private static final class Shared {
        static final EmbeddedBroker BROKER = open();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close, "embedded-broker-close"));
        }
    }
}

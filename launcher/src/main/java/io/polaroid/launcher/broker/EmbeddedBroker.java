package io.polaroid.launcher.broker;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * A KRaft broker and controller in this process. Its folder is formatted once, keeps its cluster id, and survives a restart
 * and a kill. {@link KafkaRaftServer} is what Kafka's own start script starts; it and {@link Formatter} are not public API and
 * stay in this class.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final int NODE_ID = 1;
    private static final String CONTROLLER = "CONTROLLER";
    private static final String BROKER = "PLAINTEXT";
    private static final String CLUSTER_ID_FILE = "cluster.id";
    /** There while the broker runs, so still there after a kill. */
    private static final String RUNNING_FILE = "running";

    private final KafkaRaftServer server;
    private final Path folder;
    private final FileChannel lockFile;
    private final int port;
    private boolean closed;

    private EmbeddedBroker(KafkaRaftServer server, Path folder, FileChannel lockFile, int port) {
        this.server = server;
        this.folder = folder;
        this.lockFile = lockFile;
        this.port = port;
    }

    /**
     * Starts it and returns when it takes requests.
     *
     * @param folder where it keeps its logs; made if absent
     * @param port on loopback; 0 for any free one
     * @throws PolaroidException {@code INVALID_ARGUMENT} if the port or the folder is in use by another process
     */
    public static EmbeddedBroker open(Path folder, int port) {
        int brokerPort = Ports.claim(port, "the embedded Kafka broker", "POLAROID_KAFKA_PORT");
        FileChannel lockFile = lock(folder);
        try {
            int controllerPort = Ports.free();
            Map<String, Object> config = properties(folder, brokerPort, controllerPort);
            format(folder);
            if (Files.exists(folder.resolve(RUNNING_FILE))) {
                DeadBroker.fence(controllerProperties(config, controllerPort));
            }
            Files.writeString(folder.resolve(RUNNING_FILE), "");
            var server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
            server.startup();
            return new EmbeddedBroker(server, folder, lockFile, brokerPort);
        } catch (IOException e) {
            var failure = new UncheckedIOException(e);
            closeQuietly(lockFile, failure);
            throw failure;
        } catch (RuntimeException e) {
            closeQuietly(lockFile, e);
            throw e;
        }
    }

    /** What clients connect to. */
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lockFile) {
            server.shutdown();
            server.awaitShutdown();
            Files.deleteIfExists(folder.resolve(RUNNING_FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One process per folder: two would destroy each other's logs, and Kafka's own message names neither cause nor cure. */
    private static FileChannel lock(Path folder) {
        try {
            Files.createDirectories(folder);
            var channel = FileChannel.open(
                    folder.resolve("polaroid.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new PolaroidException(Problem.of(
                        ProblemCode.INVALID_ARGUMENT,
                        "folder %s is in use by another polaroid; stop that one or set POLAROID_DATA to another folder"
                                .formatted(folder)));
            }
            return channel;
        } catch (IOException e) {
            throw new PolaroidException(
                    Problem.of(
                            ProblemCode.INVALID_ARGUMENT,
                            "folder %s cannot be written (%s); set POLAROID_DATA to one that can"
                                    .formatted(folder, e.getMessage())),
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void format(Path folder) {
        try {
            var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            String log = logFolder(folder).toString();
            new Formatter()
                    .setNodeId(NODE_ID)
                    .setClusterId(clusterId(folder))
                    .addDirectory(log)
                    .setMetadataLogDirectory(log)
                    .setControllerListenerName(CONTROLLER)
                    .setIgnoreFormatted(true)
                    .setPrintStream(quiet)
                    .run();
        } catch (Exception e) {
            throw new PolaroidException(
                    Problem.of(
                            ProblemCode.CORRUPT_DATA,
                            "the broker's folder %s cannot be formatted: %s".formatted(folder, e.getMessage())),
                    e);
        }
    }

    /** Kept beside the logs, so that a crash between the first format's files does not leave two ids. */
    private static String clusterId(Path folder) throws IOException {
        Path file = folder.resolve(CLUSTER_ID_FILE);
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        String id = Uuid.randomUuid().toString();
        Path temporary = folder.resolve(CLUSTER_ID_FILE + ".new");
        Files.writeString(temporary, id);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        return id;
    }

    private static Path logFolder(Path folder) {
        return folder.resolve("log");
    }

    private static Map<String, Object> properties(Path folder, int brokerPort, int controllerPort) {
        var config = new HashMap<String, Object>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", NODE_ID);
        config.put(
                "listeners",
                "%s://127.0.0.1:%d,%s://127.0.0.1:%d".formatted(BROKER, brokerPort, CONTROLLER, controllerPort));
        config.put("advertised.listeners", "%s://127.0.0.1:%d".formatted(BROKER, brokerPort));
        config.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        config.put("controller.listener.names", CONTROLLER);
        config.put("listener.security.protocol.map", "%s:PLAINTEXT,%s:PLAINTEXT".formatted(BROKER, CONTROLLER));
        config.put("log.dirs", logFolder(folder).toString());
        // Event times of a replay are old: time retention would delete them.
        config.put("log.retention.ms", -1);
        config.put("auto.create.topics.enable", false);
        config.put("num.partitions", 4);
        oneOfEach(config);
        quickRecovery(config);
        smallFootprint(config);
        // Kafka parses texts to the type it wants (short, long), but refuses another number type.
        config.replaceAll((name, value) -> value.toString());
        return config;
    }

    private static Map<String, Object> controllerProperties(Map<String, Object> broker, int controllerPort) {
        var config = new HashMap<>(broker);
        config.put("process.roles", "controller");
        config.put("listeners", "%s://127.0.0.1:%d".formatted(CONTROLLER, controllerPort));
        config.remove("advertised.listeners");
        config.put("broker.heartbeat.interval.ms", "200");
        config.put("broker.session.timeout.ms", "1000");
        return config;
    }

    private static void oneOfEach(Map<String, Object> config) {
        config.put("default.replication.factor", 1);
        config.put("min.insync.replicas", 1);
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            config.put(topic + ".replication.factor", 1);
            config.put(topic + ".num.partitions", 1);
        }
        config.put("transaction.state.log.min.isr", 1);
        config.put("share.coordinator.state.topic.min.isr", 1);
    }

    /** After a kill, members and transactions of the dead process go as soon as their own (short) timeouts allow. */
    private static void quickRecovery(Map<String, Object> config) {
        config.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", 500);
        config.put("group.initial.rebalance.delay.ms", 0);
        config.put("group.min.session.timeout.ms", 1_000);
        config.put("group.streams.min.session.timeout.ms", 1_000);
        config.put("group.streams.min.heartbeat.interval.ms", 500);
        config.put("group.streams.initial.rebalance.delay.ms", 0);
        config.put("num.recovery.threads.per.data.dir", 2);
        // Broker and controller share a process: a pause of it must not look like the death of one. See DeadBroker.
        config.put("broker.session.timeout.ms", 60_000);
        config.put("broker.heartbeat.interval.ms", 1_000);
    }

    private static void smallFootprint(Map<String, Object> config) {
        config.put("num.network.threads", 2);
        config.put("num.io.threads", 2);
        config.put("background.threads", 2);
        config.put("num.replica.fetchers", 1);
        config.put("log.cleaner.threads", 1);
        config.put("log.cleaner.dedupe.buffer.size", 2L << 20);
        config.put("log.segment.bytes", 256 << 20);
        config.put("log.index.size.max.bytes", 1 << 20);
        config.put("metadata.log.segment.bytes", 16 << 20);
        config.put("metadata.max.retention.bytes", 32L << 20);
        config.put("offsets.topic.segment.bytes", 16 << 20);
        config.put("transaction.state.log.segment.bytes", 16 << 20);
    }

    private static void closeQuietly(FileChannel channel, RuntimeException first) {
        try {
            channel.close();
        } catch (IOException e) {
            first.addSuppressed(e);
        }
    }
}

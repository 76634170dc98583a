package io.polaroid.bench.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.bench.child.Job;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.Workload;
import io.polaroid.launcher.cli.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs one contestant once. */
public final class Runner {
    private static final long TIMEOUT_SECONDS = 3 * 3_600;
    private static final long RESTORE_SECONDS = Long.getLong("bench.restore.seconds", 300);
    private static final long WATCH_MILLIS = 50;

    private final StreamOptions options;
    private final Cluster cluster;
    private final Check check;
    private final Jvm.Flags flags;
    private final Console console = Console.ofProcess();
    private final Map<String, Path> caches = new HashMap<>();
    private int number;

    Runner(StreamOptions options, Cluster cluster, Check check, Jvm.Flags flags) {
        this.options = options;
        this.cluster = cluster;
        this.check = check;
        this.flags = flags;
    }

    Measured run(Case test, Peer peer, boolean checked) {
        var flags = flags(test, peer);
        var task = task(test, peer);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        cluster.create(task.output(), Workload.PARTITIONS);
        try {
            var result = measure(flags, test, peer, task);
            long outputRecords = cluster.ends(List.of(task.output())).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            double wrong = Measured.NONE;
            double results = Measured.NONE;
            if (peer == Peer.RAW) {
                outputRecords = result.get("counted").asLong();
            } else if (checked) {
                var found = check.compare(
                        test.job(), test, task.output(), result.get("schema").toString());
                outputRecords = found.records();
                results = found.results();
                wrong = found.wrong();
                found.examples().forEach(console::line);
            }
            double records = test.records();
            return new Measured(
                    records / result.get("wallSeconds").asDouble(),
                    result.get("cpuSeconds").asDouble() * 1e6 / records,
                    result.get("cpuSecondsAfterFirstRow").asDouble() * 1e6 / records,
                    result.get("startSeconds").asDouble(),
                    result.get("peakKilobytes").asDouble() / 1_024,
                    peer.endsItself() ? Measured.NONE : cluster.bytes(topic -> isChangelog(task, topic)),
                    cluster.bytes(task.output()::equals),
                    outputRecords,
                    results,
                    wrong,
                    restore(flags, test, peer, task, result.get("answer").asText()),
                    load);
        } finally {
            cluster.delete(topic -> topic.startsWith(task.application()));
            delete(task.folder());
        }
    }

    private Jvm.Flags flags(Case test, Peer peer) {
        if (!options.hasCache(peer)) {
            return flags;
        }
        var cache =
                caches.computeIfAbsent(peer.id() + "-" + test.job().id(), name -> train(test.training(), peer, name));
        return flags.with("-XX:AOTCache=" + cache);
    }

    /** A run that is not measured, of a process that leaves a cache of its classes and what it learned of their methods. */
    private Path train(Case test, Peer peer, String name) {
        Path cache = options.work().resolve(name + ".aot").toAbsolutePath();
        var task = task(test, peer);
        cluster.create(task.output(), Workload.PARTITIONS);
        try {
            // Profiled, since it must end in an orderly way to write the cache.
            measure(flags.with("-Dbench.profiled=true", "-XX:AOTCacheOutput=" + cache), test, peer, task);
        } finally {
            cluster.delete(topic -> topic.startsWith(task.application()));
            delete(task.folder());
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("the training run of " + peer.id()
                    + " left no cache of classes: that takes JDK 25 or newer, and jars on the class path"
                    + " (--caches none)");
        }
        return cache;
    }

    private static boolean isChangelog(Task task, String topic) {
        return topic.startsWith(task.application() + "-") && topic.endsWith("-changelog");
    }

    private JsonNode measure(Jvm.Flags flags, Case test, Peer peer, Task task) {
        var ends =
                cluster.ends(test.job() == Job.ASOF ? List.of(task.trades(), task.quotes()) : List.of(task.trades()));
        try (var child = start(flags, peer, task)) {
            child.await("STARTED", 120);
            var result = child.poll("RESULT", 1);
            if (!peer.endsItself()) {
                for (long waited = 0; !cluster.committed(task.application(), ends); waited += WATCH_MILLIS) {
                    if (waited > TIMEOUT_SECONDS * 1_000) {
                        throw new IllegalStateException(peer.id() + " did not end");
                    }
                    child.poll("RESULT", WATCH_MILLIS);
                }
                child.say("stop");
            }
            return json(result.orElseGet(() -> child.await("RESULT", TIMEOUT_SECONDS)));
        }
    }

    private double restore(Jvm.Flags flags, Case test, Peer peer, Task task, String answer) {
        if (!options.restore() || !peer.restores(test.job())) {
            return Measured.NONE;
        }
        if (answer.isEmpty()) {
            throw new IllegalStateException(peer.id() + " did not answer after its run");
        }
        delete(task.folder());
        var again = new Task(
                task.peer(),
                task.job(),
                task.guarantee(),
                task.bootstrap(),
                task.trades(),
                task.quotes(),
                task.output(),
                task.application(),
                folder(task.folder().resolveSibling(task.folder().getFileName() + "-restored")),
                task.threads(),
                task.disorderMillis(),
                task.commitMillis(),
                task.bounded(),
                answer);
        try (var child = start(flags, peer, again)) {
            return json(child.await("RESULT", RESTORE_SECONDS))
                    .get("restoreSeconds")
                    .asDouble();
        } finally {
            delete(again.folder());
        }
    }

    private Task task(Case test, Peer peer) {
        var application = "bench-%d".formatted(++number);
        return new Task(
                peer.id(),
                test.job(),
                test.guarantee(),
                cluster.bootstrap(),
                Case.topicFor(peer, test.trades()),
                Case.topicFor(peer, test.quotes()),
                application + "-out",
                application,
                folder(options.work().resolve(application)),
                options.threads(),
                options.disorderMillis(),
                options.commitMillis(),
                true,
                "");
    }

    /** Starts the process of a contestant. */
    public static Jvm start(Jvm.Flags flags, Peer peer, Task task) {
        return peer.isFlink()
                ? Jvm.start(flags, ClassPaths.flink(), "io.polaroid.bench.flink.FlinkMain", task.arguments())
                : Jvm.start(flags, ClassPaths.own(), ContestantMain.class.getName(), task.arguments());
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(text, e);
        }
    }

    private static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a folder, if it is there. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

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
import java.util.List;

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
    private int number;

    Runner(StreamOptions options, Cluster cluster, Check check, Jvm.Flags flags) {
        this.options = options;
        this.cluster = cluster;
        this.check = check;
        this.flags = flags;
    }

    Measured run(Case test, Peer peer, boolean checked) {
        var task = task(test, peer);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        cluster.create(task.output(), Workload.PARTITIONS);
        try {
            var result = measure(test, peer, task);
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
                    restore(test, peer, task, result.get("answer").asText()),
                    load);
        } finally {
            cluster.delete(topic -> topic.startsWith(task.application()));
            delete(task.folder());
        }
    }

    private static boolean isChangelog(Task task, String topic) {
        return topic.startsWith(task.application() + "-") && topic.endsWith("-changelog");
    }

    private JsonNode measure(Case test, Peer peer, Task task) {
        var ends =
                cluster.ends(test.job() == Job.ASOF ? List.of(task.trades(), task.quotes()) : List.of(task.trades()));
        try (var child = start(peer, task)) {
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

    private double restore(Case test, Peer peer, Task task, String answer) {
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
        try (var child = start(peer, again)) {
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

    private Jvm start(Peer peer, Task task) {
        return start(flags, peer, task);
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

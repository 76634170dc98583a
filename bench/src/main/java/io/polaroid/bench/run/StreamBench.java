package io.polaroid.bench.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.polaroid.bench.child.Job;
import io.polaroid.launcher.cli.Console;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code make bench-stream}: contestants side by side, from the same preloaded topics, runs interleaved. */
@Command(name = "bench-stream", mixinStandardHelpOptions = true)
public final class StreamBench implements Callable<Integer> {
    private final Console console = Console.ofProcess();
    private final ObjectMapper json = new ObjectMapper();

    @Mixin
    private StreamOptions options = new StreamOptions();

    private final List<String> failures = new ArrayList<>();
    private String command = "";

    private StreamBench() {}

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        var bench = new StreamBench();
        bench.command =
                "make bench-stream" + (arguments.length == 0 ? "" : " ARGS=\"" + String.join(" ", arguments) + "\"");
        System.exit(new CommandLine(bench).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Runner.delete(options.work());
        Files.createDirectories(options.work());
        var flags = new Jvm.Flags(options.heap(), options.work().resolve("children.log"));
        var sessions = options.add() ? Sessions.addingTo(options.out()) : Sessions.replacing(options.out());
        var root = ResultFile.begin(command);
        boolean good;
        try (var cluster = Cluster.start(
                        new Jvm.Flags("1g", options.work().resolve("broker.log")),
                        options.work().resolve("broker"));
                var oracle = new Oracle(options.disorderMillis())) {
            settings(root, flags);
            var cases = Case.of(options);
            preload(withTraining(cases), new Preload(cluster, oracle));
            var runner = new Runner(options, cluster, new Check(oracle, cluster), flags);
            var measured = new LinkedHashMap<Case, Map<Peer, List<Measured>>>();
            for (int run = 0; run < options.runs(); run++) {
                for (Case test : cases) {
                    console.line("%nrun %d of %d: %s".formatted(run + 1, options.runs(), test.text()));
                    for (Peer peer : test.peers()) {
                        run(runner, test, peer, run, measured);
                        sessions.write(filled(root, measured));
                    }
                }
            }
            good = failures.isEmpty()
                    && measured.values().stream()
                            .flatMap(peers -> peers.values().stream().flatMap(List::stream))
                            .allMatch(run -> run.wrong() <= 0);
        }
        console.line("%nwritten to %s%s".formatted(options.out(), good ? "" : "; SOME FAILED OR ARE WRONG"));
        return good ? 0 : 1;
    }

    private void run(Runner runner, Case test, Peer peer, int run, Map<Case, Map<Peer, List<Measured>>> measured) {
        Measured one;
        try {
            one = runner.run(test, peer, options.check() && run == 0);
        } catch (IllegalStateException e) {
            // One that fails must not cost the others their hours; the file and the exit code tell.
            failures.add("%s, %s, run %d: %s".formatted(test.text(), peer.id(), run + 1, e.getMessage()));
            console.line("  %-22s FAILED %s".formatted(peer.id(), e.getMessage()));
            return;
        }
        measured.computeIfAbsent(test, missing -> new LinkedHashMap<>())
                .computeIfAbsent(peer, missing -> new ArrayList<>())
                .add(one);
        console.line(line(peer, one));
    }

    private static String line(Peer peer, Measured run) {
        return ("  %-22s %,10.0f records/s  %7.2f us CPU/record (%.2f after first row)  %,5.0f MB  changelog %.1f MB"
                        + "  out %,.0f records, %,.0f results%s%s")
                .formatted(
                        peer.id(),
                        run.recordsPerSecond(),
                        run.cpuMicros(),
                        run.cpuMicrosAfterFirstRow(),
                        run.peakMegabytes(),
                        Math.max(0, run.changelogBytes()) / 1e6,
                        run.outputRecords(),
                        run.results(),
                        run.wrong() < 0
                                ? ""
                                : run.wrong() == 0 ? ", all right" : ", %,.0f WRONG".formatted(run.wrong()),
                        run.restoreSeconds() < 0 ? "" : "  restore %.2f s".formatted(run.restoreSeconds()));
    }

    private List<Case> withTraining(List<Case> cases) {
        var all = new ArrayList<>(cases);
        for (Case test : cases) {
            if (test.peers().stream().anyMatch(options::hasCache)) {
                all.add(test.training());
            }
        }
        return all;
    }

    private void preload(List<Case> cases, Preload preload) {
        Set<String> loaded = new HashSet<>();
        for (Case test : cases) {
            if (loaded.add(test.trades())) {
                console.line("writing " + test.trades());
                preload.trades(test.workload(), test.trades());
            }
            if (test.job() == Job.ASOF && loaded.add(test.quotes())) {
                console.line("writing " + test.quotes());
                preload.quotes(test.workload(), test.quotes());
            }
            for (Peer peer : test.peers().stream().filter(Peer::takesBatches).toList()) {
                if (loaded.add(Case.topicFor(peer, test.trades()))) {
                    preload.tradeBatches(test.workload(), Case.topicFor(peer, test.trades()));
                }
                if (test.job() == Job.ASOF && loaded.add(Case.topicFor(peer, test.quotes()))) {
                    preload.quoteBatches(test.workload(), Case.topicFor(peer, test.quotes()));
                }
            }
        }
    }

    private void settings(ObjectNode root, Jvm.Flags flags) {
        var settings = root.putObject("settings");
        settings.put("runs", options.runs());
        settings.put("threads", options.threads());
        settings.put("disorderMillis", options.disorderMillis());
        settings.put("commitMillis", options.commitMillis());
        settings.put("jvm", flags.text());
        settings.put("caches", options.caches());
        var versions = root.putObject("versions");
        Versions.all().forEach(versions::put);
    }

    private ObjectNode filled(ObjectNode root, Map<Case, Map<Peer, List<Measured>>> measured) {
        root.set("failures", json.valueToTree(failures));
        ArrayNode cases = root.putArray("cases");
        measured.forEach((test, peers) -> {
            var node = cases.addObject();
            node.put("job", test.job().id());
            node.put("guarantee", test.guarantee().id());
            node.put("rows", test.workload().rows());
            node.put("records", test.records());
            node.put("series", test.workload().series());
            node.put("skew", test.workload().skew().name().toLowerCase(java.util.Locale.ROOT));
            var contestants = node.putArray("contestants");
            peers.forEach((peer, runs) -> {
                var contestant = contestants.addObject();
                contestant.put("name", peer.id());
                contestant.put("note", peer.note());
                contestant.set("median", json.valueToTree(median(runs)));
                contestant.set("runs", json.valueToTree(runs));
            });
        });
        return root;
    }

    private static Measured median(List<Measured> runs) {
        return new Measured(
                median(runs, Measured::recordsPerSecond),
                median(runs, Measured::cpuMicros),
                median(runs, Measured::cpuMicrosAfterFirstRow),
                median(runs, Measured::startSeconds),
                median(runs, Measured::peakMegabytes),
                median(runs, Measured::changelogBytes),
                median(runs, Measured::outputBytes),
                median(runs, Measured::outputRecords),
                runs.getFirst().results(),
                runs.stream().mapToDouble(Measured::wrong).max().orElse(Measured.NONE),
                median(runs, Measured::restoreSeconds),
                median(runs, Measured::load));
    }

    private static double median(List<Measured> runs, ToDoubleFunction<Measured> number) {
        var sorted = runs.stream().mapToDouble(number).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

package io.polaroid.bench.run;

import io.polaroid.bench.child.Guarantee;
import io.polaroid.bench.child.Job;
import io.polaroid.bench.workload.Workload.Skew;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of {@code make bench-stream ARGS="…"}. */
final class StreamOptions {
    @Option(names = "--rows", description = "trades, and as many quotes for joins (default: ${DEFAULT-VALUE})")
    private long rows = 5_000_000;

    @Option(names = "--runs", description = "runs of each contestant, interleaved (default: ${DEFAULT-VALUE})")
    private int runs = 3;

    @Option(
            names = "--jobs",
            split = ",",
            description = "of resample-1s, resample-1m, rolling-60s, asof (default: all)")
    private String[] jobs = {"resample-1s", "resample-1m", "rolling-60s", "asof"};

    @Option(
            names = "--peers",
            split = ",",
            description =
                    "of raw, raw-out, streams-rocksdb, streams-rocksdb-final, streams-memory, streams-memory-final,"
                            + " flink, flink-sql, polaroid, polaroid-arrow, polaroid-commit (default: all but the last)")
    private String[] peers = {
        "raw",
        "raw-out",
        "streams-rocksdb",
        "streams-rocksdb-final",
        "streams-memory",
        "streams-memory-final",
        "flink",
        "flink-sql",
        "polaroid",
        "polaroid-arrow"
    };

    @Option(names = "--guarantees", split = ",", description = "of alos, eos (default: both)")
    private String[] guarantees = {"alos", "eos"};

    @Option(names = "--series", split = ",", description = "numbers of symbols (default: 1000,100000)")
    private int[] series = {1_000, 100_000};

    @Option(
            names = "--skews",
            split = ",",
            description = "of zipf, uniform, half: one symbol has half of all rows (default: the first two)")
    private String[] skews = {"zipf", "uniform"};

    @Option(
            names = "--every",
            description = "every job and guarantee for every number of series and skew; else those beyond the first get"
                    + " resample-1s with exactly once only")
    private boolean every;

    @Option(names = "--slow-rows", description = "rows for Kafka Streams' rolling windows (default: ${DEFAULT-VALUE})")
    private long slowRows = 100_000;

    @Option(names = "--threads", description = "threads of each contestant (default: ${DEFAULT-VALUE})")
    private int threads = 2;

    @Option(names = "--disorder-ms", description = "wait for stragglers (default: ${DEFAULT-VALUE})")
    private long disorderMillis = 10_000;

    @Option(
            names = "--commit-ms",
            description = "Kafka Streams' commit interval, Polaroid's too (default: ${DEFAULT-VALUE})")
    private int commitMillis = 100;

    @Option(names = "--heap", description = "greatest heap of each contestant (default: ${DEFAULT-VALUE})")
    private String heap = "3g";

    @Option(
            names = "--caches",
            description =
                    "who starts with a cache of classes from a training run of its own (JDK 25): all, polaroid (as"
                            + " ./polaroid does), none (default: ${DEFAULT-VALUE})")
    private Caches caches = Caches.all;

    @Option(
            names = "--check",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "compare results of the first run with DuckDB (default: yes)")
    private boolean check;

    @Option(
            names = "--restore",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "time a restore after each run that can (default: yes)")
    private boolean restore;

    @Option(names = "--out", description = "result file (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("bench", "results", "stream.json");

    @Option(names = "--add", description = "keep the cases of the result file that this run does not measure")
    private boolean add;

    @Option(
            names = "--work",
            description = "folder of broker and state, deleted afterwards (default: ${DEFAULT-VALUE})")
    private Path work = Path.of("bench", "target", "work");

    /** Named as on the command line. */
    private enum Caches {
        all,
        polaroid,
        none
    }

    long rows() {
        return rows;
    }

    int runs() {
        return runs;
    }

    List<Job> jobs() {
        return list(jobs, Job::of);
    }

    List<Peer> peers() {
        return list(peers, Peer::of);
    }

    List<Guarantee> guarantees() {
        return list(guarantees, Guarantee::of);
    }

    List<Integer> series() {
        return Arrays.stream(series).boxed().toList();
    }

    List<Skew> skews() {
        return list(skews, skew -> Skew.valueOf(skew.toUpperCase(Locale.ROOT)));
    }

    private static <T> List<T> list(String[] texts, Function<String, T> parser) {
        return Arrays.stream(texts).map(String::strip).map(parser).toList();
    }

    boolean every() {
        return every;
    }

    long slowRows() {
        return slowRows;
    }

    int threads() {
        return threads;
    }

    long disorderMillis() {
        return disorderMillis;
    }

    int commitMillis() {
        return commitMillis;
    }

    String heap() {
        return heap;
    }

    /** Whether a contestant starts with a cache of classes. */
    boolean hasCache(Peer peer) {
        return caches == Caches.all || caches == Caches.polaroid && peer.isPolaroid();
    }

    String caches() {
        return caches.name();
    }

    boolean check() {
        return check;
    }

    boolean restore() {
        return restore;
    }

    Path out() {
        return out;
    }

    boolean add() {
        return add;
    }

    Path work() {
        return work;
    }
}

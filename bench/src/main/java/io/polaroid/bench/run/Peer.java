package io.polaroid.bench.run;

import io.polaroid.bench.child.Job;
import java.util.Locale;
import java.util.Set;

/** The contestants: what they can do, and what the table must say of them. */
public enum Peer {
    /** The limit. */
    RAW(
            Set.of(Job.RESAMPLE_1S, Job.RESAMPLE_1M),
            "the limit: decodes and aggregates in hash maps; publishes nothing, commits nothing, survives nothing"),
    /** The limit with output. */
    RAW_OUT(
            Set.of(Job.RESAMPLE_1S, Job.RESAMPLE_1M),
            "as raw, and publishes each bar once; no guarantee, no state that survives"),
    /** The DSL as one writes it. */
    STREAMS_ROCKSDB(Set.of(Job.values()), "publishes updates (cache of 64 MiB, flushed at each commit); state on disk"),
    /** The DSL with results that are published once. */
    STREAMS_ROCKSDB_FINAL(
            Set.of(Job.RESAMPLE_1S, Job.RESAMPLE_1M, Job.ROLLING_60S),
            "publishes closed windows once (suppress); window state on disk, suppress buffer in memory"),
    /** The DSL in memory. */
    STREAMS_MEMORY(
            Set.of(Job.RESAMPLE_1S, Job.RESAMPLE_1M, Job.ROLLING_60S),
            "publishes updates (cache of 64 MiB, flushed at each commit); state in memory"),
    /** The DSL in memory with results that are published once. */
    STREAMS_MEMORY_FINAL(
            Set.of(Job.RESAMPLE_1S, Job.RESAMPLE_1M, Job.ROLLING_60S),
            "publishes closed windows once (suppress); state in memory"),
    /** Flink's DataStream API. */
    FLINK(
            Set.of(Job.RESAMPLE_1S, Job.RESAMPLE_1M, Job.ASOF),
            "DataStream, heap state, checkpoint each second; input is bounded, so it also closes what is open at the"
                    + " end; keeps no results to be queried"),
    /** Flink SQL. */
    FLINK_SQL(
            Set.of(Job.ROLLING_60S),
            "SQL OVER, heap state, checkpoint each second; input is bounded; keeps no results to be queried"),
    /** Us. */
    POLAROID(
            Set.of(Job.values()),
            "publishes closed results once; keeps rows and results queryable as Arrow; results also carry revision and"
                    + " origin"),
    /** Us, with provisional results. */
    POLAROID_COMMIT(
            Set.of(Job.RESAMPLE_1S, Job.RESAMPLE_1M), "as polaroid, and publishes changed open bars at each commit"),
    /** Us, from batches. */
    POLAROID_ARROW(
            Set.of(Job.values()),
            "as polaroid, from topics of the same rows in Arrow batches (format: arrow) of 1,000 rows a record; a"
                    + " record in this table is a row");

    private final Set<Job> jobs;
    private final String note;

    Peer(Set<Job> jobs, String note) {
        this.jobs = jobs;
        this.note = note;
    }

    /** Whether it can do the job. */
    public boolean does(Job job) {
        return jobs.contains(job);
    }

    /** What is not alike. */
    public String note() {
        return note;
    }

    /** Its name on the command line and in results. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The contestant of this name. */
    public static Peer of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether it ends of itself; else its parent watches the offsets that it commits. */
    public boolean endsItself() {
        return this == RAW || this == RAW_OUT || isFlink();
    }

    /** Whether its input has many rows a record. */
    public boolean takesBatches() {
        return this == POLAROID_ARROW;
    }

    /** Whether it is us. */
    public boolean isPolaroid() {
        return this == POLAROID || this == POLAROID_COMMIT || this == POLAROID_ARROW;
    }

    /** Whether it runs on Flink, so with other jars. */
    public boolean isFlink() {
        return this == FLINK || this == FLINK_SQL;
    }

    /** Whether the raw loop has no such thing as a guarantee, so that it is run once only. */
    public boolean hasGuarantees() {
        return this != RAW && this != RAW_OUT;
    }

    /** Whether its state answers queries, and so can be timed until it answers again. */
    public boolean restores(Job job) {
        return job.resamples() && (this == STREAMS_ROCKSDB || this == STREAMS_MEMORY || this == POLAROID);
    }
}

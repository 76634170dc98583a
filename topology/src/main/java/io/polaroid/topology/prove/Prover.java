package io.polaroid.topology.prove;

import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.view.ViewSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Rule 5, checked: the newest revisions of a view's closed results against the batch answer over its input, below the position that the
 * pipeline has committed and without the rows that the late topic names; and the state against the topic.
 *
 * <p>The order of reading makes this right while the pipeline runs: the committed position first, then the state, then the topics, so
 * that whatever the state shows is in the topic. A view of one input says which input record caused a revision: those at or above the
 * position are left out. A view of two inputs does not, so its answer is computed for the position before and after reading, and a
 * result is in motion if these differ and the topic has one of them.
 */
public final class Prover {
    private final Pipeline pipeline;
    private final ViewSpec view;
    private final ViewReader reader;
    private final Map<String, Brought> brought;
    private final List<String> columns;

    /**
     * A prover of one view.
     *
     * @param history what topics have no more
     * @param brought by stream, what backfills of the view have brought in; results of backfills are left out without it
     */
    public Prover(
            Pipeline pipeline,
            ViewSpec view,
            SchemaRegistry registry,
            PipelineTopology topology,
            String servers,
            History history,
            Map<String, Brought> brought) {
        this.pipeline = pipeline;
        this.view = view;
        this.reader = new ViewReader(pipeline, view, registry, topology, servers, history);
        this.brought = Map.copyOf(brought);
        this.columns = reader.columns();
    }

    /**
     * Compares, once.
     *
     * @param state the view's table, columns as in its topic, newest revision of each result; empty to leave it out
     * @throws PolaroidException if brokers or registry cannot be reached, the pipeline has committed nothing yet, or records are
     *     gone that history does not have ({@code HISTORY_HOLE})
     */
    public Proof prove(Optional<Supplier<List<Row>>> state) {
        try (reader) {
            return compare(state);
        }
    }

    private Proof compare(Optional<Supplier<List<Row>>> state) {
        var before = reader.committed();
        var stateRows = state.map(Supplier::get);
        var findings = new Findings();
        for (int partition = 0; partition < reader.partitions(); partition++) {
            prove(partition, before, stateRows, findings);
        }
        return new Proof(
                view.name(),
                findings.ranges,
                reader.cuts().stream().distinct().toList(),
                findings.unknown,
                findings.backfilled,
                findings.inMotion,
                stateRows.map(rows -> (long) rows.size()),
                findings.lines);
    }

    private static final class Findings {
        final List<Proof.Range> ranges = new ArrayList<>();
        final List<String> lines = new ArrayList<>();
        long inMotion;
        long unknown;
        long backfilled;
    }

    private void prove(int partition, Map<TopicPartition, Long> before, Optional<List<Row>> state, Findings findings) {
        var published = reader.published(partition);
        var late = reader.late(partition);
        var inputs = reader.inputs(partition, before, late);
        var batch = reader.batch(inputs);
        boolean single = view.inputs().size() == 1;
        long position = reader.format(view.from())
                .position(before.getOrDefault(new TopicPartition(view.from(), partition), 0L), 0);
        var newest = single ? published.newestBelow(position) : published.newest();
        int withdrawn = columns.size() - 4;
        if (ViewSchema.isTakingBack(reader.schema())) {
            newest.values()
                    .removeIf(revision -> Boolean.TRUE.equals(revision.cells().get(withdrawn)));
        }
        findings.unknown += leaveOut(batch, newest, inputs);
        if (published.hasBackfills()) {
            findings.backfilled += backfilled(partition, before, published, batch, newest);
        }
        var differences = new TreeMap<ResultKey, String>();
        compare(batch, newest, differences);
        if (!single && !differences.isEmpty()) {
            findings.inMotion += settle(partition, newest, differences);
        }
        state.ifPresent(rows -> compareState(partition, rows, published, position, differences));
        differences.forEach((key, line) -> findings.lines.add(
                "partition %d: %s %s%s: %s".formatted(partition, key.series(), time(key), number(key), line)));
        findings.ranges.add(range(partition, before, inputs, late, batch));
    }

    /** Takes out the bars that depend on control records which the topic has no more; how many these are. */
    private long leaveOut(
            TreeMap<ResultKey, List<@Nullable Object>> batch,
            Map<ResultKey, Published.Revision> newest,
            Map<String, BatchRows> inputs) {
        if (!(view instanceof ViewSpec.Resample resample) || !resample.gaps().isUsed()) {
            return 0;
        }
        long known = Objects.requireNonNull(inputs.get(view.from())).controlsFrom();
        int before = batch.size();
        batch.keySet().removeIf(key -> key.timeNanos() < known);
        newest.keySet().removeIf(key -> key.timeNanos() < known);
        return before - (long) batch.size();
    }

    /**
     * Of the times that backfills have covered, puts the batch answer over all rows, late ones and those that were brought in, in place of
     * the other one; without what was brought in, takes these results out. How many were taken out.
     */
    private long backfilled(
            int partition,
            Map<TopicPartition, Long> before,
            Published published,
            TreeMap<ResultKey, List<@Nullable Object>> batch,
            Map<ResultKey, Published.Revision> newest) {
        Predicate<ResultKey> covered = key -> published.isBackfilled(key.timeNanos(), reader.end(key));
        batch.keySet().removeIf(covered);
        if (brought.isEmpty()) {
            int all = newest.size();
            newest.keySet().removeIf(covered);
            return all - (long) newest.size();
        }
        reader.batch(Union.of(reader, view, brought, partition, before).inputs())
                .forEach((key, cells) -> {
                    if (covered.test(key)) {
                        batch.put(key, cells);
                    }
                });
        return 0;
    }

    /** Of a view of two inputs: what differs at the position before and agrees at the one after was in motion. */
    private long settle(
            int partition, Map<ResultKey, Published.Revision> newest, TreeMap<ResultKey, String> differences) {
        var after = reader.batch(reader.inputs(partition, reader.committed(), reader.late(partition)));
        var still = new TreeMap<ResultKey, String>();
        compare(after, newest, still);
        int found = differences.size();
        differences.keySet().retainAll(still.keySet());
        return found - (long) differences.size();
    }

    private void compare(
            TreeMap<ResultKey, List<@Nullable Object>> batch,
            Map<ResultKey, Published.Revision> newest,
            TreeMap<ResultKey, String> differences) {
        batch.forEach((key, cells) -> {
            var revision = newest.get(key);
            if (revision == null) {
                differences.put(key, "missing in the topic; in batch it is " + cells);
            } else {
                for (int i = 0; i < cells.size(); i++) {
                    if (!Objects.equals(cells.get(i), revision.cells().get(i))) {
                        differences.merge(
                                key,
                                "%s is %s in the topic (revision %d), %s in batch"
                                        .formatted(
                                                columns.get(i),
                                                revision.cells().get(i),
                                                revision.number(),
                                                cells.get(i)),
                                (a, b) -> a + "; " + b);
                    }
                }
            }
        });
        newest.forEach((key, revision) -> {
            if (!batch.containsKey(key)) {
                differences.put(key, "in the topic (revision %d), not in batch".formatted(revision.number()));
            }
        });
    }

    /** Every published row of the state is a revision of the topic, and the newest ones of the topic are in the state. */
    private void compareState(
            int partition,
            List<Row> state,
            Published published,
            long position,
            TreeMap<ResultKey, String> differences) {
        var seen = new TreeMap<ResultKey, Long>();
        int partitions = pipeline.root(view.name()).partitions();
        int revision = columns.size() - 3;
        for (Row row : state) {
            var key = reader.key(row);
            if (SeriesKey.partition(key.series(), partitions) == partition && !row.isNull(revision)) {
                long number = row.longAt(revision);
                seen.put(key, number);
                var inTopic = published.revision(key, number);
                if (inTopic.isEmpty()) {
                    differences.putIfAbsent(key, "revision %d is in the state, not in the topic".formatted(number));
                } else if (!inTopic.get().cells().equals(Published.cells(row, columns.size()))) {
                    differences.putIfAbsent(
                            key,
                            "revision %d is %s in the state, %s in the topic"
                                    .formatted(
                                            number,
                                            Published.cells(row, columns.size()),
                                            inTopic.get().cells()));
                }
            }
        }
        if (seen.isEmpty() || view.inputs().size() > 1) {
            return;
        }
        long oldest = seen.firstKey().timeNanos();
        published.newestBelow(position).forEach((key, newest) -> {
            if (key.timeNanos() > oldest
                    && !published.isBackfilled(key.timeNanos(), reader.end(key))
                    && seen.getOrDefault(key, -1L) < newest.number()) {
                differences.putIfAbsent(
                        key,
                        "revision %d is in the topic, the state has %s"
                                .formatted(newest.number(), seen.containsKey(key) ? seen.get(key) : "none"));
            }
        });
    }

    private Proof.Range range(
            int partition,
            Map<TopicPartition, Long> position,
            Map<String, BatchRows> inputs,
            Map<String, Set<Long>> late,
            TreeMap<ResultKey, List<@Nullable Object>> batch) {
        var read = new ArrayList<String>();
        for (String input : view.inputs()) {
            read.add(input + " < " + position.getOrDefault(new TopicPartition(input, partition), 0L));
        }
        boolean none = batch.isEmpty();
        return new Proof.Range(
                partition,
                String.join(", ", read),
                inputs.values().stream().mapToLong(BatchRows::count).sum(),
                late.values().stream().mapToLong(Set::size).sum(),
                batch.size(),
                none ? Optional.empty() : Optional.of(time(batch.firstKey())),
                none ? Optional.empty() : Optional.of(time(batch.lastKey())));
    }

    private static Instant time(ResultKey key) {
        long micros = TimeUnits.fromNanos(key.timeNanos(), TimeUnit.MICROSECOND);
        return Instant.EPOCH.plus(micros, java.time.temporal.ChronoUnit.MICROS);
    }

    private static String number(ResultKey key) {
        return key.sequence() == 0 ? "" : " (row " + key.sequence() + ")";
    }
}

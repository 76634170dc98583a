package io.polaroid.topology.prove;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.view.BatchBars;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Computes a time of a view that is over again, in batch over all rows that there are: those of the topic, late ones too, what history has of
 * it, and what was brought in from elsewhere. What differs from the view's topic is published as next revisions, in one
 * transaction with a control record {@code backfill-cut} for each partition that says which time this was.
 *
 * <p>The header {@code origin: backfill} marks the records. Two backfills of one view fence each other, so that the last one begun ends.
 */
public final class Backfill {
    /** Header that says who published a record, if not the view. */
    public static final String ORIGIN = "origin";

    private final Pipeline pipeline;
    private final ViewSpec view;
    private final ViewReader reader;
    private final String servers;

    /**
     * What was done.
     *
     * @param revised results that were published anew
     * @param added results that had not been published before
     * @param unchanged results that were right already
     * @param cuts where history ended and topics began, and what was left out of the rows that were brought in
     */
    public record Done(long revised, long added, long unchanged, List<String> cuts) {
        public Done {
            cuts = List.copyOf(cuts);
        }
    }

    /** A backfill of one view. */
    public Backfill(
            Pipeline pipeline,
            ViewSpec view,
            SchemaRegistry registry,
            PipelineTopology topology,
            String servers,
            History history) {
        this.pipeline = pipeline;
        this.view = view;
        this.reader = new ViewReader(pipeline, view, registry, topology, servers, history);
        this.servers = servers;
    }

    /** Results of one partition to publish, with what they are told apart by. */
    private record Change(int partition, ResultKey key, List<@Nullable Object> cells, long revision) {}

    /**
     * Backfills, once, the results whose windows lie in {@code [from, to)}.
     *
     * @param brought by stream, rows from elsewhere
     * @throws PolaroidException {@code INVALID_ARGUMENT} if the time is not over yet, grace included, {@code HISTORY_HOLE} if rows
     *     are gone that history does not have
     */
    public Done run(Instant from, Instant to, Map<String, Brought> brought) {
        try (reader) {
            return compute(from, to, brought);
        }
    }

    private Done compute(Instant from, Instant to, Map<String, Brought> brought) {
        long start = nanos(from);
        long end = nanos(to);
        if (start >= end) {
            throw refused("%s is not before %s".formatted(from, to));
        }
        var position = reader.committed();
        var changes = new ArrayList<Change>();
        var cuts = new ArrayList<String>();
        long unchanged = 0;
        long[] progress = new long[reader.partitions()];
        for (int partition = 0; partition < reader.partitions(); partition++) {
            var union = Union.of(reader, view, brought, partition, position);
            progress[partition] = over(partition, to, union, brought);
            cuts.addAll(union.seams());
            var newest = reader.published(partition).newest();
            for (var result : within(reader.batch(union.inputs()), start, end).entrySet()) {
                var known = newest.get(result.getKey());
                if (known == null || !isSame(result.getValue(), known.cells())) {
                    long revision = known == null ? 0 : known.number() + 1;
                    changes.add(new Change(partition, result.getKey(), result.getValue(), revision));
                } else {
                    unchanged++;
                }
            }
        }
        publish(changes, position, progress, start, end);
        cuts.addAll(0, reader.cuts().stream().distinct().toList());
        long added = changes.stream().filter(change -> change.revision() == 0).count();
        return new Done(changes.size() - added, added, unchanged, cuts);
    }

    /** The progress of a partition, which must be so far that nothing before {@code to} takes corrections. */
    private long over(int partition, Instant to, Union union, Map<String, Brought> brought) {
        long progress = union.inputs().values().stream()
                .mapToLong(BatchRows::progress)
                .min()
                .orElse(Long.MIN_VALUE);
        boolean isEmpty = progress == Long.MIN_VALUE
                && brought.values().stream().allMatch(rows -> rows.of(partition).isEmpty());
        long until = finalTo(progress, union);
        if (!isEmpty && until < nanos(to)) {
            throw refused(
                    progress == Long.MIN_VALUE
                            ? "partition %d of %s has no rows yet: what is before %s may still be open there"
                                    .formatted(partition, String.join(", ", view.inputs()), to)
                            : "%s is open or within grace before %s: partition %d stands at %s, so --to can be %s"
                                    .formatted(view.name(), to, partition, instant(progress), instant(until)));
        }
        return progress;
    }

    private long finalTo(long progress, Union union) {
        if (progress > Long.MIN_VALUE && view instanceof ViewSpec.Resample windows) {
            var input = Objects.requireNonNull(union.inputs().get(view.from()));
            return BatchBars.finalTo(windows, progress, input.feeds());
        }
        long waits =
                view.policy().disorder().toNanos() + view.policy().corrects().toNanos();
        return progress < Long.MIN_VALUE + waits ? Long.MIN_VALUE : progress - waits;
    }

    private TreeMap<ResultKey, List<@Nullable Object>> within(
            TreeMap<ResultKey, List<@Nullable Object>> results, long start, long end) {
        results.keySet().removeIf(key -> key.timeNanos() < start || reader.end(key) > end);
        return results;
    }

    private static boolean isSame(List<@Nullable Object> cells, List<@Nullable Object> published) {
        for (int i = 0; i < cells.size(); i++) {
            if (!Objects.equals(cells.get(i), published.get(i))) {
                return false;
            }
        }
        return true;
    }

    private void publish(
            List<Change> changes, Map<TopicPartition, Long> position, long[] progress, long start, long end) {
        var codec = reader.codec();
        var origin = List.of(new RecordHeader(ORIGIN, "backfill".getBytes(StandardCharsets.UTF_8)));
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "transactional.id",
                pipeline.application() + "-backfill-" + view.name(),
                "enable.idempotence",
                true);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (Change change : changes) {
                var cells = new ArrayList<>(change.cells());
                int at = change.partition();
                cells.add(change.revision());
                cells.add(TimeUnits.fromNanos(progress[at], TimeUnit.MICROSECOND));
                cells.add(reader.format(view.from())
                                .position(position.getOrDefault(new TopicPartition(view.from(), at), 0L), 0)
                        - 1);
                // a send that fails fails the commit
                var unused = producer.send(new ProducerRecord<>(
                        view.name(),
                        at,
                        millis(change.key().timeNanos()),
                        change.key().series().getBytes(StandardCharsets.UTF_8),
                        codec.encode(new ArrayRow(cells.toArray())),
                        List.copyOf(origin)));
            }
            var cut = new ControlRecord("backfill", ControlRecord.Kind.BACKFILL_CUT, start, end, ControlRecord.ALL);
            for (int partition = 0; partition < reader.partitions(); partition++) {
                var unused = producer.send(new ProducerRecord<>(
                        view.name(), partition, millis(start), cut.toKey(), null, List.copyOf(origin)));
            }
            producer.commitTransaction();
        }
    }

    private PolaroidException refused(String detail) {
        return new PolaroidException(Problem.of(ProblemCode.INVALID_ARGUMENT, detail));
    }

    /** Records have no times before 1970. */
    private static long millis(long nanos) {
        return Math.max(0, TimeUnits.fromNanos(nanos, TimeUnit.MILLISECOND));
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}

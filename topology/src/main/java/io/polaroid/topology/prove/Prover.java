package io.polaroid.topology.prove;

import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.RowIntake;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.row.StreamIntake;
import io.polaroid.topology.row.ViewIntake;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    private final SchemaRegistry registry;
    private final PipelineTopology topology;
    private final Topic topics;
    private final List<String> columns;

    /** A prover of one view. */
    public Prover(
            Pipeline pipeline, ViewSpec view, SchemaRegistry registry, PipelineTopology topology, String servers) {
        this.pipeline = pipeline;
        this.view = view;
        this.registry = registry;
        this.topology = topology;
        this.topics = new Topic(servers);
        this.columns = Objects.requireNonNull(topology.viewSchemas().get(view.name())).getFields().stream()
                .map(field -> field.getName())
                .toList();
    }

    /**
     * Compares.
     *
     * @param state the view's table, columns as in its topic, newest revision of each result; empty to leave it out
     * @throws PolaroidException if brokers or registry cannot be reached, or the pipeline has committed nothing yet
     */
    public Proof prove(Optional<Supplier<List<Row>>> state) {
        var before = committed();
        var stateRows = state.map(Supplier::get);
        var findings = new Findings();
        for (int partition = 0; partition < pipeline.root(view.name()).partitions(); partition++) {
            prove(partition, before, stateRows, findings);
        }
        return new Proof(
                view.name(),
                findings.ranges,
                findings.inMotion,
                stateRows.map(rows -> (long) rows.size()),
                findings.lines);
    }

    private static final class Findings {
        final List<Proof.Range> ranges = new ArrayList<>();
        final List<String> lines = new ArrayList<>();
        long inMotion;
    }

    private Map<TopicPartition, Long> committed() {
        var committed = topics.committed(pipeline.application());
        boolean hasRead = view.inputs().stream()
                .anyMatch(input -> committed.keySet().stream()
                        .anyMatch(partition -> partition.topic().equals(input)));
        if (!hasRead) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.RESTORING,
                    "application %s has not committed a position in %s yet"
                            .formatted(pipeline.application(), String.join(", ", view.inputs()))));
        }
        return committed;
    }

    private void prove(int partition, Map<TopicPartition, Long> before, Optional<List<Row>> state, Findings findings) {
        var published = published(partition);
        var late = late(partition);
        var inputs = read(partition, before, late);
        var batch = new BatchView(view.policy(), topology.columns()).results(view, inputs);
        boolean single = view.inputs().size() == 1;
        long position = before.getOrDefault(new TopicPartition(view.from(), partition), 0L);
        var newest = single ? published.newestBelow(position) : published.newest();
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

    /** Of a view of two inputs: what differs at the position before and agrees at the one after was in motion. */
    private long settle(
            int partition, Map<ResultKey, Published.Revision> newest, TreeMap<ResultKey, String> differences) {
        var after = new BatchView(view.policy(), topology.columns())
                .results(view, read(partition, committed(), late(partition)));
        var still = new TreeMap<ResultKey, String>();
        compare(after, newest, still);
        int found = differences.size();
        differences.keySet().retainAll(still.keySet());
        return found - (long) differences.size();
    }

    private Map<String, BatchRows> read(
            int partition, Map<TopicPartition, Long> position, Map<String, Set<Long>> late) {
        var inputs = new HashMap<String, BatchRows>();
        for (String input : view.inputs()) {
            var from = new TopicPartition(input, partition);
            var rows =
                    new BatchRows(columns(input), intake(input), retention(input), late.getOrDefault(input, Set.of()));
            topics.read(
                    from,
                    position.getOrDefault(from, 0L),
                    record -> rows.take(partition, record.offset(), record.key(), record.value()));
            inputs.put(input, rows);
        }
        return inputs;
    }

    private StreamColumns columns(String input) {
        return Objects.requireNonNull(topology.columns().get(input));
    }

    private RowIntake intake(String input) {
        var stream = pipeline.streams().get(input);
        return stream == null
                ? new ViewIntake(
                        columns(input),
                        codec(topology.viewAvroSchema(input), input),
                        pipeline.root(input).partitions())
                : StreamIntake.of(stream, registry).orThrow();
    }

    private long retention(String input) {
        var stream = pipeline.streams().get(input);
        return stream == null ? 0 : stream.retention().toNanos();
    }

    private RowCodec codec(org.apache.avro.Schema schema, String topic) {
        return RowCodec.of(schema, topic + "-value", registry).orThrow();
    }

    private Published published(int partition) {
        var codec = codec(topology.viewAvroSchema(view.name()), view.name());
        var published = new Published(columns.size());
        topics.read(new TopicPartition(view.name(), partition), Long.MAX_VALUE, record -> {
            if (record.value() != null) {
                var row = codec.decode(record.value()).orThrow();
                published.add(key(row), row);
            }
        });
        return published;
    }

    /** Offsets of the late rows of a partition, by input. */
    private Map<String, Set<Long>> late(int partition) {
        var schema = AvroArrow.toArrow(BuiltInSchemas.late()).orThrow();
        int input = indexOf(schema, "input");
        int of = indexOf(schema, "partition");
        int offset = indexOf(schema, "offset");
        var codec = codec(BuiltInSchemas.late(), Names.lateTopic(view.name()));
        var late = new HashMap<String, Set<Long>>();
        topics.read(new TopicPartition(Names.lateTopic(view.name()), partition), Long.MAX_VALUE, record -> {
            if (record.value() != null) {
                var row = codec.decode(record.value()).orThrow();
                if (row.longAt(of) == partition) {
                    late.computeIfAbsent(String.valueOf(row.valueAt(input)), key -> new HashSet<>())
                            .add(row.longAt(offset));
                }
            }
        });
        return late;
    }

    private static int indexOf(org.apache.arrow.vector.types.pojo.Schema schema, String name) {
        return schema.getFields().indexOf(schema.findField(name));
    }

    private ResultKey key(Row row) {
        var root = pipeline.root(view.name());
        var key = root.key().stream().map(columns::indexOf).toList();
        int sequence = columns.indexOf("row_offset");
        long time = TimeUnits.toNanos(
                row.longAt(columns.indexOf(root.time())), columns(root.name()).unit());
        return new ResultKey(SeriesKey.of(row, key), time, sequence < 0 ? 0 : row.longAt(sequence));
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
            var key = key(row);
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
            if (key.timeNanos() > oldest && seen.getOrDefault(key, -1L) < newest.number()) {
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

package io.polaroid.topology.app;

import io.polaroid.store.Stores;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.store.read.TableSnapshot.Part;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;

/** A stream or view, read from the stores of this instance through interactive queries. */
record StoreTable(
        KafkaStreams streams,
        String store,
        String name,
        Kind kind,
        Schema schema,
        List<String> keyColumns,
        String timeColumn,
        int partitions)
        implements LiveTable {
    private static final long MOST_ROWS_BEHIND = 100_000;
    /** In records of a changelog, of which a commit writes a few. */
    private static final long MOST_COMMITS_BEHIND = 200;

    static List<LiveTable> of(Pipeline pipeline, PipelineTopology topology, KafkaStreams streams) {
        var tables = new ArrayList<LiveTable>();
        for (StreamSpec stream : pipeline.streams().values()) {
            var schema = Objects.requireNonNull(topology.columns().get(stream.name()))
                    .schema();
            tables.add(new StoreTable(
                    streams,
                    Names.rowStore(stream.name()),
                    stream.name(),
                    Kind.STREAM,
                    withOrigin(schema),
                    stream.key(),
                    stream.time(),
                    stream.partitions()));
        }
        for (ViewSpec view : pipeline.views().values()) {
            var input = pipeline.root(view.name());
            tables.add(new StoreTable(
                    streams,
                    Names.resultStore(view.name()),
                    view.name(),
                    Kind.VIEW,
                    Objects.requireNonNull(topology.viewSchemas().get(view.name())),
                    input.key(),
                    input.time(),
                    input.partitions()));
        }
        return tables;
    }

    private static Schema withOrigin(Schema rows) {
        var fields = new ArrayList<>(rows.getFields());
        fields.add(new Field("_partition", FieldType.notNullable(new ArrowType.Int(32, true)), null));
        fields.add(new Field("_offset", FieldType.notNullable(new ArrowType.Int(64, true)), null));
        return new Schema(fields);
    }

    /** Partitions that are not active here are answered from their standby, if this instance has one that has caught up. */
    @Override
    public Result<TableSnapshot> snapshot(BufferAllocator allocator) {
        var answers = new Answers(new TreeMap<>(), new TreeMap<>());
        try {
            ask(
                    answers,
                    StateQueryRequest.inStore(store)
                            .withQuery(Stores.snapshot(allocator))
                            .requireActive());
            var standbys = answers.parts().size() < partitions ? caughtUp(answers) : Set.<Integer>of();
            if (!standbys.isEmpty()) {
                ask(
                        answers,
                        StateQueryRequest.inStore(store)
                                .withQuery(Stores.snapshot(allocator))
                                .withPartitions(standbys));
            }
        } catch (StreamsException | IllegalStateException e) {
            return failed(answers, "the pipeline is not running yet: " + e.getMessage());
        }
        if (answers.parts().size() == partitions) {
            return Result.ok(answers.snapshot());
        }
        var why = new ArrayList<>(answers.failures().values());
        why.add(answers.parts().size() + " of " + partitions + " partitions are here and restored");
        return failed(answers, String.join("; ", why));
    }

    /** The partitions that are active in this instance, whether they are all or not. */
    TableSnapshot active(BufferAllocator allocator) {
        var answers = new Answers(new TreeMap<>(), new TreeMap<>());
        ask(
                answers,
                StateQueryRequest.inStore(store)
                        .withQuery(Stores.snapshot(allocator))
                        .requireActive());
        return answers.snapshot();
    }

    private record Answers(TreeMap<Integer, Part> parts, TreeMap<Integer, String> failures) {
        TableSnapshot snapshot() {
            return new TableSnapshot(List.copyOf(parts.values()));
        }
    }

    private void ask(Answers answers, StateQueryRequest<Part> request) {
        // All are taken before one that failed is told of: what succeeded must be closed.
        streams.query(request).getPartitionResults().forEach((partition, result) -> {
            if (result.isSuccess()) {
                answers.parts().put(partition, result.getResult());
                answers.failures().remove(partition);
            } else {
                answers.failures().put(partition, explain(partition, result));
            }
        });
    }

    /** A store that is restored from the beginning holds old state for a while: it does not count as a standby. */
    private Set<Integer> caughtUp(Answers answers) {
        long most = kind == Kind.STREAM ? MOST_ROWS_BEHIND : MOST_COMMITS_BEHIND;
        var caughtUp = new TreeSet<Integer>();
        streams.allLocalStorePartitionLags().getOrDefault(store, Map.of()).forEach((partition, lag) -> {
            if (!answers.parts().containsKey(partition) && lag.offsetLag() <= most) {
                caughtUp.add(partition);
            }
        });
        return caughtUp;
    }

    private static String explain(int partition, QueryResult<Part> result) {
        return "partition " + partition + ": " + result.getFailureMessage();
    }

    private Result<TableSnapshot> failed(Answers answers, String why) {
        answers.snapshot().close();
        return Result.err(Problem.of(ProblemCode.RESTORING, "table " + name + " cannot answer yet: " + why));
    }
}

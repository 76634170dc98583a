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
import java.util.Objects;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
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

    @Override
    public Result<TableSnapshot> snapshot(BufferAllocator allocator) {
        var answers = answers(allocator);
        if (!answers.failures().isEmpty()) {
            return failed(answers, String.join("; ", answers.failures()));
        }
        if (answers.parts().size() < partitions) {
            return failed(answers, answers.parts().size() + " of " + partitions + " partitions are restored");
        }
        return Result.ok(answers.snapshot());
    }

    /** The partitions that are active in this instance, whether they are all or not. */
    TableSnapshot active(BufferAllocator allocator) {
        return answers(allocator).snapshot();
    }

    private record Answers(TreeMap<Integer, Part> parts, List<String> failures) {
        TableSnapshot snapshot() {
            return new TableSnapshot(List.copyOf(parts.values()));
        }
    }

    private Answers answers(BufferAllocator allocator) {
        var parts = new TreeMap<Integer, Part>();
        var failures = new ArrayList<String>();
        try {
            var request = StateQueryRequest.inStore(store)
                    .withQuery(Stores.snapshot(allocator))
                    .requireActive();
            // All are taken before one that failed is told of: what succeeded must be closed.
            streams.query(request).getPartitionResults().forEach((partition, result) -> {
                if (result.isSuccess()) {
                    parts.put(partition, result.getResult());
                } else {
                    failures.add(explain(partition, result));
                }
            });
        } catch (InvalidStateStoreException e) {
            failures.add("the pipeline is not running yet: " + e.getMessage());
        }
        return new Answers(parts, failures);
    }

    private static String explain(int partition, QueryResult<Part> result) {
        return "partition " + partition + ": " + result.getFailureMessage();
    }

    private Result<TableSnapshot> failed(Answers answers, String why) {
        answers.snapshot().close();
        return Result.err(Problem.of(ProblemCode.RESTORING, "table " + name + " cannot answer yet: " + why));
    }
}

package io.polaroid.topology.app;

import io.polaroid.store.Stores;
import io.polaroid.store.read.Endpoint;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.PartialSnapshot;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.store.read.TableSnapshot.Part;
import io.polaroid.store.restore.WholeStores;
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
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.state.HostInfo;

/** A stream or view, read from the stores of this instance through interactive queries. */
record StoreTable(
        KafkaStreams streams,
        WholeStores wholeStores,
        HostInfo self,
        String topic,
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

    /** What may be left of one that has all: markers of transactions. */
    private static final long NOTHING_BEHIND = 2;

    /** What Kafka Streams says of a task that is active and does not run: it is restored, or waits while others are. */
    private static final String ACTIVE_BUT_NOT_RUNNING = " and was active.";

    /**
     * The tables of a pipeline.
     *
     * @param self where this instance says that it answers
     */
    static List<LiveTable> of(
            Pipeline pipeline,
            PipelineTopology topology,
            KafkaStreams streams,
            WholeStores wholeStores,
            HostInfo self) {
        var tables = new ArrayList<LiveTable>();
        for (StreamSpec stream : pipeline.streams().values()) {
            var schema = Objects.requireNonNull(topology.columns().get(stream.name()))
                    .schema();
            tables.add(new StoreTable(
                    streams,
                    wholeStores,
                    self,
                    stream.name(),
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
                    wholeStores,
                    self,
                    view.from(),
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
        return here(allocator).whole(this);
    }

    /** Partitions that are not active here are answered from their standby, if this instance has one that has caught up. */
    @Override
    public PartialSnapshot here(BufferAllocator allocator) {
        Answers<Part> answers = gather(() -> Stores.snapshot(allocator));
        return new PartialSnapshot(new TableSnapshot(answers.inOrder()), answers.failures());
    }

    @Override
    public Result<TableScan> scan(BufferAllocator reader) {
        Answers<TableScan.Part> answers = gather(() -> Stores.scan(reader));
        var scan = new TableScan(answers.inOrder());
        if (answers.failures().isEmpty()) {
            return Result.ok(scan);
        }
        scan.close();
        return new PartialSnapshot(new TableSnapshot(List.of()), answers.failures())
                .whole(this)
                .map(TableScan::of);
    }

    /** What is here of each partition, and why not of the others. */
    private <P> Answers<P> gather(Supplier<Query<P>> query) {
        var answers = new Answers<P>(new TreeMap<>(), new TreeMap<>());
        try {
            ask(answers, StateQueryRequest.inStore(store).withQuery(query.get()).requireActive());
            var standbys = answers.parts().size() < partitions ? caughtUp(answers) : Set.<Integer>of();
            if (!standbys.isEmpty()) {
                ask(
                        answers,
                        StateQueryRequest.inStore(store).withQuery(query.get()).withPartitions(standbys));
            }
        } catch (StreamsException | IllegalStateException e) {
            answers.missing(partitions, "the pipeline is not running yet: " + e.getMessage());
        }
        answers.missing(partitions, "is not in this process");
        return answers;
    }

    /** Where it is active before where it stands by. */
    @Override
    public Map<Integer, List<Endpoint>> elsewhere() {
        var owners = new TreeMap<Integer, List<Endpoint>>();
        try {
            var instances = streams.streamsMetadataForStore(store);
            for (StreamsMetadata instance : instances) {
                add(owners, instance.hostInfo(), instance.topicPartitions());
            }
            for (StreamsMetadata instance : streams.metadataForAllStreamsClients()) {
                if (instance.standbyStateStoreNames().contains(store)) {
                    add(owners, instance.hostInfo(), instance.standbyTopicPartitions());
                }
            }
        } catch (StreamsException | IllegalStateException notRunning) {
            return Map.of();
        }
        return owners;
    }

    private void add(Map<Integer, List<Endpoint>> owners, HostInfo host, Set<TopicPartition> held) {
        if (host.port() <= 0 || host.equals(self)) {
            return;
        }
        for (TopicPartition partition : held) {
            if (partition.topic().equals(topic)) {
                owners.computeIfAbsent(partition.partition(), at -> new ArrayList<>())
                        .add(new Endpoint(host.host(), host.port()));
            }
        }
    }

    /** The partitions that are active in this instance, whether they are all or not. */
    TableSnapshot active(BufferAllocator allocator) {
        var answers = new Answers<Part>(new TreeMap<>(), new TreeMap<>());
        ask(
                answers,
                StateQueryRequest.inStore(store)
                        .withQuery(Stores.snapshot(allocator))
                        .requireActive());
        return new TableSnapshot(answers.inOrder());
    }

    private record Answers<P>(TreeMap<Integer, P> parts, TreeMap<Integer, String> failures) {
        List<P> inOrder() {
            return List.copyOf(parts.values());
        }

        void missing(int partitions, String why) {
            for (int partition = 0; partition < partitions; partition++) {
                if (!parts.containsKey(partition)) {
                    failures.putIfAbsent(partition, "partition " + partition + " " + why);
                }
            }
        }
    }

    private <P> void ask(Answers<P> answers, StateQueryRequest<P> request) {
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

    /**
     * A store that is restored from the beginning holds old state for a while: it does not count as a standby before it has had all, and one that
     * is restored to become active not before it has all, however little that is.
     */
    private Set<Integer> caughtUp(Answers<?> answers) {
        long usual = kind == Kind.STREAM ? MOST_ROWS_BEHIND : MOST_COMMITS_BEHIND;
        var caughtUp = new TreeSet<Integer>();
        streams.allLocalStorePartitionLags().getOrDefault(store, Map.of()).forEach((partition, lag) -> {
            var why = answers.failures().getOrDefault(partition, "");
            long most = why.endsWith(ACTIVE_BUT_NOT_RUNNING) ? 0 : usual;
            boolean whole = lag.offsetLag() <= NOTHING_BEHIND || wholeStores.contains(store, partition);
            if (!answers.parts().containsKey(partition) && whole && lag.offsetLag() <= most) {
                caughtUp.add(partition);
            }
        });
        return caughtUp;
    }

    private static String explain(int partition, QueryResult<?> result) {
        return "partition " + partition + ": " + result.getFailureMessage();
    }
}

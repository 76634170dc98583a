package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.Floors;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowIntake;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.row.StreamIntake;
import io.polaroid.topology.row.ViewIntake;
import io.polaroid.topology.view.AsOfInputs;
import io.polaroid.topology.view.AsOfOperator;
import io.polaroid.topology.view.BarsOperator;
import io.polaroid.topology.view.LookupOperator;
import io.polaroid.topology.view.PerRowOperator;
import io.polaroid.topology.view.ResampleOperator;
import io.polaroid.topology.view.RollingOperator;
import io.polaroid.topology.view.SessionOperator;
import io.polaroid.topology.view.StepsOperator;
import io.polaroid.topology.view.ViewInput;
import io.polaroid.topology.view.ViewOperator;
import io.polaroid.topology.view.ViewSchema;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/** Turns a pipeline into processors, stores and sinks. */
public final class PipelineTopology {
    /** Of topics of views, whose records have the times of their results. */
    private static final TimestampExtractor RECORD_TIME = (record, partitionTime) -> Math.max(0, record.timestamp());

    private final Pipeline pipeline;
    private final SchemaRegistry registry;
    private final BufferAllocator allocator;
    private final Running running;
    private final Function<String, Floors> floors;
    private final StoreLimits limits = new StoreLimits();
    private final SequencedMap<String, StreamColumns> columns;
    private final SequencedMap<String, Schema> viewSchemas;
    private UnaryOperator<Supplier<ViewOperator>> making = UnaryOperator.identity();

    private PipelineTopology(
            Pipeline pipeline,
            SchemaRegistry registry,
            BufferAllocator allocator,
            Running running,
            Function<String, Floors> floors,
            SequencedMap<String, StreamColumns> columns,
            SequencedMap<String, Schema> viewSchemas) {
        this.floors = floors;
        this.pipeline = pipeline;
        this.registry = registry;
        this.allocator = allocator;
        this.running = running;
        this.columns = columns;
        this.viewSchemas = viewSchemas;
    }

    /**
     * Resolves the columns of a pipeline, or says what is wrong.
     *
     * @param registry where schemas are registered
     * @param allocator parent of the stores' allocators
     * @param running told of what runs
     */
    public static Result<PipelineTopology> of(
            Pipeline pipeline, SchemaRegistry registry, BufferAllocator allocator, Running running) {
        return of(pipeline, registry, allocator, running, input -> Floors.NONE);
    }

    /**
     * Resolves the columns of a pipeline, or says what is wrong.
     *
     * @param registry where schemas are registered
     * @param allocator parent of the stores' allocators
     * @param running told of what runs
     * @param floors keeps where a restore of an input's row tier may begin; asked for those only of which no row lies above progress
     */
    public static Result<PipelineTopology> of(
            Pipeline pipeline,
            SchemaRegistry registry,
            BufferAllocator allocator,
            Running running,
            Function<String, Floors> floors) {
        var columns = new LinkedHashMap<String, StreamColumns>();
        for (StreamSpec stream : pipeline.streams().values()) {
            switch (StreamColumns.of(stream.declaration())) {
                case Result.Ok<StreamColumns> ok -> columns.put(stream.name(), ok.value());
                case Result.Err<StreamColumns> err -> {
                    return Result.err(err.problem());
                }
            }
            if (StreamIntake.of(stream, registry) instanceof Result.Err<RowIntake> err) {
                return Result.err(err.problem());
            }
        }
        return pipeline.viewsInOrder()
                .flatMap(views -> of(pipeline, views, registry, allocator, running, floors, columns));
    }

    private static Result<PipelineTopology> of(
            Pipeline pipeline,
            List<ViewSpec> inOrder,
            SchemaRegistry registry,
            BufferAllocator allocator,
            Running running,
            Function<String, Floors> floors,
            SequencedMap<String, StreamColumns> columns) {
        var schemas = new LinkedHashMap<String, Schema>();
        for (ViewSpec view : inOrder) {
            switch (ViewSchema.of(view, columns)) {
                case Result.Ok<Schema> ok -> {
                    schemas.put(view.name(), ok.value());
                    var root = Objects.requireNonNull(
                            columns.get(pipeline.root(view.name()).name()));
                    columns.put(view.name(), StreamColumns.ofView(ok.value(), root));
                }
                case Result.Err<Schema> err -> {
                    return Result.err(err.problem().with("view", view.name()));
                }
            }
        }
        return Result.ok(new PipelineTopology(pipeline, registry, allocator, running, floors, columns, schemas));
    }

    /**
     * Has operators made in another way: tests make them anew now and then from what the stores hold, as a restart does.
     *
     * @param how gives what makes an operator, from what makes the one of a view; what is made after the first one goes on where
     *     the stores stand
     */
    public void make(UnaryOperator<Supplier<ViewOperator>> how) {
        making = how;
    }

    /** Columns of each stream, and of each view as other views see it. */
    public SequencedMap<String, StreamColumns> columns() {
        return columns;
    }

    /** Result schema of each view. */
    public SequencedMap<String, Schema> viewSchemas() {
        return viewSchemas;
    }

    /** The Avro schema of a view's topic. */
    public org.apache.avro.Schema viewAvroSchema(String view) {
        var name = "io.polaroid.views." + view.replaceAll("[^A-Za-z0-9_]", "_");
        return AvroArrow.toAvro(Objects.requireNonNull(viewSchemas.get(view)), name)
                .orThrow();
    }

    /**
     * Registers the schemas of all topics, so that stock clients find them before the first row.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException if the registry cannot be reached or refuses one
     */
    public void registerSchemas() {
        pipeline.streams().values().stream()
                // Batches bring their own schema: an Avro one under their topic's subject would say what is not so.
                .filter(stream -> stream.format() == StreamFormat.AVRO)
                .forEach(stream -> register(stream.name(), stream.schema()));
        pipeline.views().keySet().forEach(view -> {
            register(view, viewAvroSchema(view));
            register(Names.lateTopic(view), BuiltInSchemas.late());
        });
        register(Names.deadLetterTopic(pipeline.application()), BuiltInSchemas.deadLetter());
    }

    private void register(String topic, org.apache.avro.Schema schema) {
        registry.register(subject(topic), schema).orThrow();
    }

    private static String subject(String topic) {
        return topic + "-value";
    }

    /** The topology. */
    public Topology build() {
        var topology = new Topology();
        pipeline.streams().values().forEach(stream -> add(topology, stream));
        pipeline.viewsInOrder().orThrow().forEach(view -> add(topology, view));
        return topology;
    }

    private void add(Topology topology, StreamSpec stream) {
        RowIntake.Factory intake = () -> StreamIntake.of(stream, registry).orThrow();
        var input = new Input(
                stream.name(),
                Names.processor(stream.name()),
                intake,
                stream.retention(),
                running,
                stream.format(),
                floors.apply(stream.name()),
                new FrameTime(intake));
        add(topology, input);
    }

    /** A view's topic, for the views that read it. Its row tier is nobody's table: status does not show it. */
    private void addInput(Topology topology, ViewSpec view) {
        var name = view.name();
        int partitions = pipeline.root(name).partitions();
        var input = new Input(
                name,
                Names.inputProcessor(name),
                () -> new ViewIntake(columns(name), codec(viewAvroSchema(name), name), partitions, view.isInOrder()),
                view.policy().retention(),
                new Running(),
                StreamFormat.AVRO,
                view.isInOrder() ? floors.apply(name) : Floors.NONE,
                RECORD_TIME);
        add(topology, input);
    }

    /** A topic that goes into a row tier. */
    private record Input(
            String topic,
            String processor,
            RowIntake.Factory intake,
            Duration retention,
            Running announced,
            StreamFormat format,
            Floors floors,
            TimestampExtractor time) {}

    private void add(Topology topology, Input input) {
        var name = input.topic();
        var rowTier = Stores.rowTier(
                Names.rowStore(name),
                columns(name).schema(),
                input.intake(),
                input.retention(),
                allocator,
                limits,
                input.floors());
        topology.addReadOnlyStateStore(
                rowTier,
                Names.source(name),
                input.time(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                name,
                Names.restoreMark(name),
                RestoreMark::new);
        topology.addProcessor(
                input.processor(),
                () -> new StreamProcessor(
                        name,
                        pipeline.readersOf(name),
                        new Refused(
                                name,
                                columns(name),
                                input.format(),
                                codec(BuiltInSchemas.deadLetter(), Names.deadLetterTopic(pipeline.application())),
                                pipeline.root(name).partitions()),
                        input.announced()),
                Names.source(name));
        topology.connectProcessorAndStateStores(input.processor(), Names.rowStore(name));
        topology.addSink(
                Names.rerouteSink(name),
                name,
                PlacedKey.SERIALIZER,
                new ByteArraySerializer(),
                PlacedKey.PARTITIONER,
                input.processor());
        sink(topology, Names.deadLetterSink(name), Names.deadLetterTopic(pipeline.application()), input.processor());
    }

    private StreamColumns columns(String input) {
        return Objects.requireNonNull(columns.get(input), input);
    }

    /** Bars that no control record says anything of, in windows side by side, of rows that are never replaced. */
    private boolean isPlain(ViewSpec.Resample view) {
        return view.windows().isPlain()
                && !aggregates(view.aggregates(), view).needsRows()
                && !view.gaps().isUsed()
                && !isRevised(view.from());
    }

    /** Whether rows of an input are replaced by later ones. */
    private boolean isRevised(String input) {
        return columns(input).identity().isRevised();
    }

    private void add(Topology topology, ViewSpec view) {
        var name = view.name();
        var parents = view.inputs().stream()
                .map(input ->
                        pipeline.views().containsKey(input) ? Names.inputProcessor(input) : Names.processor(input))
                .toArray(String[]::new);
        topology.addProcessor(Names.processor(name), () -> processor(view), parents);
        topology.addStateStore(resultTier(view), Names.processor(name));
        topology.connectProcessorAndStateStores(
                Names.processor(name),
                view.inputs().stream().map(Names::rowStore).toArray(String[]::new));
        sink(topology, Names.sink(name), name, Names.processor(name));
        sink(topology, Names.lateSink(name), Names.lateTopic(name), Names.processor(name));
        topology.addSink(
                Names.controlSink(name),
                name,
                PlacedKey.SERIALIZER,
                new ByteArraySerializer(),
                PlacedKey.PARTITIONER,
                Names.processor(name));
        if (!pipeline.readersOf(name).isEmpty()) {
            addInput(topology, view);
        }
    }

    private StoreBuilder<ResultTier> resultTier(ViewSpec view) {
        var store = Names.resultStore(view.name());
        var schema = Objects.requireNonNull(viewSchemas.get(view.name()));
        return switch (view) {
            case ViewSpec.Resample resample -> {
                var plan = aggregates(resample.aggregates(), view);
                yield Stores.resultTier(
                        store,
                        schema,
                        ResampleOperator.doubleSlots(plan),
                        ResampleOperator.longSlots(resample, columns(resample.from()), plan),
                        allocator,
                        limits);
            }
            case ViewSpec.Rolling rolling -> Stores.resultTier(store, schema, 0, 0, allocator, limits);
            case ViewSpec.AsOf asOf -> Stores.resultTier(store, schema, 0, 0, allocator, limits);
            case ViewSpec.PerRow perRow ->
                Stores.resultTier(
                        store,
                        schema,
                        PerRowOperator.doubleSlots(perRow, columns(perRow.from())),
                        0,
                        allocator,
                        limits);
            case ViewSpec.Session session ->
                Stores.resultTier(
                        store,
                        schema,
                        SessionOperator.doubleSlots(session, columns(session.from())),
                        SessionOperator.longSlots(session, columns(session.from())),
                        allocator,
                        limits);
            case ViewSpec.Steps steps -> Stores.resultTier(store, schema, 0, 0, allocator, limits);
            case ViewSpec.Lookup lookup -> Stores.resultTier(store, schema, 0, 0, allocator, limits);
        };
    }

    private ViewProcessor processor(ViewSpec view) {
        var late = codec(BuiltInSchemas.late(), Names.lateTopic(view.name()));
        return new ViewProcessor(
                view,
                codec(viewAvroSchema(view.name()), view.name()),
                new LateRows(view, late, columns),
                running,
                opened -> making(view, opened).get(),
                new CatchUp(pipeline, view, columns));
    }

    private Supplier<ViewOperator> making(ViewSpec view, ViewProcessor.Opened opened) {
        var isNew = new AtomicBoolean(opened.isNew());
        return making.apply(() -> operator(
                view,
                new ViewProcessor.Opened(opened.stores(), opened.results(), opened.output(), isNew.getAndSet(false))));
    }

    private ViewOperator operator(ViewSpec view, ViewProcessor.Opened opened) {
        var input = input(view.from(), opened);
        var results = opened.results();
        var output = opened.output();
        return switch (view) {
            case ViewSpec.Resample resample
            when isPlain(resample) ->
                new BarsOperator(resample, input, results, aggregates(resample.aggregates(), view), output);
            case ViewSpec.Resample resample ->
                new ResampleOperator(resample, input, results, aggregates(resample.aggregates(), view), output);
            case ViewSpec.Rolling rolling
            when isRevised(view.from()) ->
                new PerRowOperator(RowFunction.TimeWindow.of(rolling), view.policy(), input, results, output);
            case ViewSpec.Rolling rolling -> new RollingOperator(rolling, input, results, windows(rolling), output);
            case ViewSpec.PerRow perRow -> PerRowOperator.of(perRow, input, results, output);
            case ViewSpec.Session session -> new SessionOperator(session, input, results, output);
            case ViewSpec.Steps steps ->
                new StepsOperator(
                        steps,
                        steps.inputs().stream().map(one -> input(one, opened)).toList(),
                        results,
                        output);
            case ViewSpec.Lookup lookup ->
                LookupOperator.of(lookup, new AsOfInputs(input, input(lookup.with(), opened)), results, output);
            case ViewSpec.AsOf asOf -> {
                var inputs = new AsOfInputs(input, input(asOf.with(), opened));
                yield isRevised(asOf.from()) || isRevised(asOf.with())
                        ? new LookupOperator(view, Around.Nearest.of(asOf), inputs, results, output)
                        : new AsOfOperator(asOf, inputs, results, output);
            }
        };
    }

    private WindowPlan windows(ViewSpec.Rolling view) {
        return WindowPlan.of(view.aggregates(), columns(view.from()).schema()).orThrow();
    }

    private ViewInput input(String name, ViewProcessor.Opened opened) {
        return new ViewInput(opened.stores().apply(name), columns(name), !opened.isNew());
    }

    private AggregatePlan aggregates(SequencedMap<String, String> aggregates, ViewSpec view) {
        return AggregatePlan.of(aggregates, columns(view.from()).schema()).orThrow();
    }

    private RowCodec codec(org.apache.avro.Schema schema, String topic) {
        return RowCodec.of(schema, subject(topic), registry).orThrow();
    }

    private static void sink(Topology topology, String node, String topic, String parent) {
        topology.addSink(node, topic, new ByteArraySerializer(), new ByteArraySerializer(), parent);
    }

    /**
     * Stands where Kafka Streams wants the processor that updates a store restored from its source topic. The update itself
     * is {@link StreamProcessor}'s, which can also forward.
     */
    private static final class RestoreMark implements Processor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> record) {}
    }
}

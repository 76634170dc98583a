package io.polaroid.bench.engine;

import io.polaroid.bench.child.Contestant;
import io.polaroid.bench.child.FirstRow;
import io.polaroid.bench.child.Guarantee;
import io.polaroid.bench.child.Job;
import io.polaroid.bench.child.Task;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** Polaroid itself: the pipeline that the loader would make of the same words, and nothing beside it. */
public final class EngineApp implements Contestant {
    /** Rows are needed by rolling windows and joins only, and there for the window and the wait. */
    private static final Duration ROWS = Duration.ofMinutes(2);

    /** Bars answer queries for a day, as in the DSL's window stores; results of each row are not queried here. */
    private static final Duration BARS = Duration.ofHours(24);

    private final Task task;
    private final Pipeline pipeline;
    private final BufferAllocator allocator = new RootAllocator();
    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private @Nullable StreamsApp app;

    /** An application for this task. */
    public EngineApp(Task task) {
        this.task = task;
        this.pipeline = pipeline(task);
        // The wire format's ids: InputRow.TRADE_ID and QUOTE_ID.
        registry.register("trades-value", BuiltInSchemas.trade()).orThrow();
        registry.register("quotes-value", BuiltInSchemas.quote()).orThrow();
    }

    private static Pipeline pipeline(Task task) {
        var streams = new ArrayList<StreamSpec>();
        var format = task.peer().endsWith("-arrow") ? StreamFormat.ARROW : StreamFormat.AVRO;
        streams.add(stream(task.trades(), BuiltInSchemas.trade(), format));
        if (task.job() == Job.ASOF) {
            streams.add(stream(task.quotes(), BuiltInSchemas.quote(), format));
        }
        var guarantee = task.guarantee() == Guarantee.EOS
                ? Pipeline.Guarantee.EXACTLY_ONCE_V2
                : Pipeline.Guarantee.AT_LEAST_ONCE;
        return Pipeline.of(task.application(), guarantee, task.threads(), streams, List.of(view(task)));
    }

    private static StreamSpec stream(String name, Schema schema, StreamFormat format) {
        return new StreamSpec(name, schema, List.of("symbol"), "ts", Optional.empty(), ROWS, List.of(), 4, format);
    }

    private static ViewSpec view(Task task) {
        var every = Duration.ofMillis(task.job().millis());
        var policy = new ViewSpec.Policy(
                Duration.ofMillis(task.disorderMillis()),
                Duration.ZERO,
                task.job().resamples() ? BARS : ROWS,
                task.peer().endsWith("-commit") ? ViewSpec.Emit.COMMIT : ViewSpec.Emit.CLOSE,
                ViewSpec.Late.CORRECT);
        return switch (task.job()) {
            case RESAMPLE_1S, RESAMPLE_1M ->
                new ViewSpec.Resample(task.output(), task.trades(), every, ohlcv(), policy);
            case ROLLING_60S -> new ViewSpec.Rolling(task.output(), task.trades(), every, rolling(), policy);
            case ASOF ->
                new ViewSpec.AsOf(task.output(), task.trades(), task.quotes(), every, ViewSpec.AsOf.Match.LEFT, policy);
        };
    }

    private static SequencedMap<String, String> ohlcv() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("open", "first(price)");
        aggregates.put("high", "max(price)");
        aggregates.put("low", "min(price)");
        aggregates.put("close", "last(price)");
        aggregates.put("volume", "sum(size)");
        aggregates.put("count", "count(price)");
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        return aggregates;
    }

    private static SequencedMap<String, String> rolling() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("mean", "mean(price)");
        aggregates.put("sd", "std(price)");
        aggregates.put("low", "min(price)");
        aggregates.put("high", "max(price)");
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        return aggregates;
    }

    @Override
    public void start() {
        var settings = new StreamsSettings(
                task.bootstrap(),
                task.folder(),
                Duration.ofMillis(task.commitMillis()),
                Map.of(
                        StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                        FirstRow.class.getName(),
                        StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
                        "10"));
        app = StreamsApp.open(pipeline, settings, registry, allocator);
    }

    @Override
    public Optional<String> answer() {
        // As the DSL's contestant: a question that is refused costs CPU time as well.
        if (app == null || !task.job().resamples() || !app.ready()) {
            return Optional.empty();
        }
        return switch (app.table(task.output()).orElseThrow().snapshot(allocator)) {
            case Result.Ok<TableSnapshot> ok -> {
                try (var snapshot = ok.value()) {
                    yield Optional.of(answer(snapshot));
                }
            }
            case Result.Err<TableSnapshot> err -> Optional.empty();
        };
    }

    private static String answer(TableSnapshot snapshot) {
        long count = 0;
        double volume = 0;
        for (var part : snapshot.parts()) {
            var volumes = (Float8Vector) part.rows().getVector("volume");
            count += part.rows().getRowCount();
            for (int i = 0; i < part.rows().getRowCount(); i++) {
                volume += volumes.isNull(i) ? 0 : volumes.get(i);
            }
        }
        return count + " " + Math.round(volume * 100);
    }

    @Override
    public String outputSchema() {
        return PipelineTopology.of(pipeline, registry, allocator, new Running())
                .orThrow()
                .viewAvroSchema(task.output())
                .toString();
    }

    @Override
    public void close() {
        if (app != null) {
            app.close();
        }
    }
}

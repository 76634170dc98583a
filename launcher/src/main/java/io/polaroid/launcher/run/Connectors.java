package io.polaroid.launcher.run;

import io.polaroid.ingest.rows.EpochUnit;
import io.polaroid.ingest.rows.FieldSource;
import io.polaroid.ingest.rows.RowRule;
import io.polaroid.ingest.rows.StreamSpec;
import io.polaroid.ingest.websocket.ReconnectPolicy;
import io.polaroid.ingest.websocket.WebSocketSource;
import io.polaroid.ingest.websocket.WebSocketSourceConnector;
import io.polaroid.launcher.config.ParquetSpec;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.launcher.config.WebSocketSpec;
import io.polaroid.launcher.connect.HeldSettings;
import io.polaroid.sinks.parquet.ParquetSink;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.Pipeline;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/** Sources and sinks of a pipeline file as Connect connectors: the one place where both sides' types meet. */
final class Connectors {
    private final PipelineFile file;
    private final URI registry;

    Connectors(PipelineFile file, URI registry) {
        this.file = file;
        this.registry = registry;
    }

    /** Names the worker group. */
    String group() {
        return file.pipeline().application() + ".connect";
    }

    /** Connector name to its settings, sinks first, so that they are there when rows come. Sources may have secrets, and are held. */
    SequencedMap<String, Map<String, String>> all() {
        var connectors = new LinkedHashMap<String, Map<String, String>>();
        file.sinks().forEach(sink -> connectors.put("sink." + sink.name(), sink(sink)));
        file.sources().forEach(source -> {
            String name = "source." + source.name();
            connectors.put(name, source(name, source));
        });
        return connectors;
    }

    private Map<String, String> source(String name, WebSocketSpec spec) {
        boolean exactlyOnce = file.pipeline().guarantee() == Pipeline.Guarantee.EXACTLY_ONCE_V2;
        return Map.of(
                "connector.class",
                WebSocketSourceConnector.class.getName(),
                "tasks.max",
                "1",
                "exactly.once.support",
                exactlyOnce ? "required" : "requested",
                "transaction.boundary",
                "poll",
                WebSocketSourceConnector.SOURCE,
                HeldSettings.hold(
                        group(),
                        name,
                        WebSocketSourceConnector.SOURCE,
                        webSocket(spec).toJson()));
    }

    private WebSocketSource webSocket(WebSocketSpec spec) {
        var streams = new LinkedHashMap<String, StreamSpec>();
        spec.rows().forEach(rule -> streams.put(rule.into(), stream(rule.into(), spec.idle())));
        return new WebSocketSource(
                spec.name(),
                spec.url().toString(),
                spec.headers(),
                spec.subscribe(),
                spec.position().orElse(null),
                spec.sequence().orElse(null),
                spec.symbols(),
                spec.allow(),
                reconnect(spec.reconnect()),
                spec.rows().stream().map(Connectors::rule).toList(),
                streams,
                Names.deadLetterTopic(file.pipeline().application()),
                registry.toString(),
                WebSocketSource.DEFAULT_MAX_AHEAD_MILLIS);
    }

    private StreamSpec stream(String name, Map<String, Duration> idle) {
        var stream = Objects.requireNonNull(file.pipeline().streams().get(name));
        return new StreamSpec(
                stream.schema().toString(),
                stream.key(),
                stream.time(),
                stream.id().orElse(null),
                stream.partitions(),
                idle.getOrDefault(name, Duration.ZERO).toMillis());
    }

    private static RowRule rule(WebSocketSpec.Rule rule) {
        var fields = new LinkedHashMap<String, FieldSource>();
        rule.fields()
                .forEach((column, field) -> fields.put(
                        column,
                        new FieldSource(
                                field.pointer(), EpochUnit.valueOf(field.unit().toUpperCase(Locale.ROOT)))));
        return new RowRule(rule.into(), rule.when(), fields, rule.id().orElse(null));
    }

    private static ReconnectPolicy reconnect(WebSocketSpec.Reconnect reconnect) {
        return new ReconnectPolicy(
                (int) reconnect.retries().orElse(-1),
                reconnect.initial().toMillis(),
                reconnect.max().toMillis(),
                reconnect.factor());
    }

    private Map<String, String> sink(ParquetSpec spec) {
        List<ParquetSink.Table> tables = spec.from().stream().map(this::table).toList();
        var sink = new ParquetSink(
                spec.path().toAbsolutePath(), tables, spec.partition(), spec.rollRows(), spec.rollEvery(), registry);
        return sink.toConnectorConfig(1);
    }

    private ParquetSink.Table table(String name) {
        Pipeline pipeline = file.pipeline();
        var stream = pipeline.streams().get(name);
        return stream == null
                ? new ParquetSink.View(name, pipeline.root(name).time())
                : new ParquetSink.Stream(stream.declaration(), stream.retention());
    }
}

package io.polaroid.ingest.websocket;

import io.polaroid.ingest.rows.MessageReader;
import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.ProblemCode;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/**
 * The Connect task of a {@link WebSocketSource}. One poll gathers {@value #GATHER_MILLIS} ms or {@value #MAX_EVENTS} messages
 * and is one transaction under {@code transaction.boundary=poll}: rows, dead letters, control records and the offset
 * are committed together. Events that could not be converted because the registry is away are kept for the next poll.
 */
public final class WebSocketSourceTask extends SourceTask {
    private static final int MAX_EVENTS = 2_000;
    private static final int QUEUE_CAPACITY = MAX_EVENTS;
    private static final long WAIT_MILLIS = 100;
    private static final long GATHER_MILLIS = 75;

    private final Function<String, SchemaRegistry> registries;
    private final InstantSource clock;
    private volatile @Nullable WebSocketFeed feed;
    private @Nullable SourceRecords records;
    private @Nullable Heartbeats heartbeats;
    private FeedState state = FeedState.of(null, false);
    private List<FeedEvent> pending = List.of();

    /** For Connect: the registry over HTTP, the system's clock. */
    public WebSocketSourceTask() {
        this(url -> HttpSchemaRegistry.of(List.of(URI.create(url))), InstantSource.system());
    }

    WebSocketSourceTask(Function<String, SchemaRegistry> registries, InstantSource clock) {
        this.registries = registries;
        this.clock = clock;
    }

    @Override
    public String version() {
        return WebSocketSourceConnector.VERSION;
    }

    @Override
    public void start(Map<String, String> properties) {
        try {
            String json = properties.getOrDefault(WebSocketSourceConnector.SOURCE, "");
            WebSocketSource source = WebSocketSource.fromJson(json).orThrow();
            SourceRecords made = SourceRecords.of(source, registries.apply(source.registryUrl()))
                    .orThrow();
            Map<String, Object> offset = context.offsetStorageReader().offset(SourceRecords.sourcePartition(source));
            made.resume(offset);
            records = made;
            state = FeedState.of(offset, source.position() != null);
            heartbeats = new Heartbeats(source);
            MessageReader reader = MessageReader.of(source.rowsSpec()).orThrow();
            feed = WebSocketFeed.open(source, reader, clock, state.position(), QUEUE_CAPACITY);
        } catch (PolaroidException e) {
            throw new ConnectException(e.getMessage(), e);
        }
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        WebSocketFeed from = feed;
        SourceRecords converter = records;
        Heartbeats beats = heartbeats;
        if (from == null || converter == null || beats == null) {
            return null;
        }
        if (pending.isEmpty()) {
            pending = from.poll(MAX_EVENTS, Duration.ofMillis(WAIT_MILLIS), Duration.ofMillis(GATHER_MILLIS));
        }
        List<SourceRecord> out = new ArrayList<>(convert(converter, beats));
        if (pending.isEmpty()) {
            beats.due(state, clock.millis())
                    .forEach((stream, nanos) -> out.addAll(converter.heartbeats(stream, nanos, state)));
        }
        return out.isEmpty() ? null : out;
    }

    private List<SourceRecord> convert(SourceRecords converter, Heartbeats beats) {
        try {
            SourceRecords.Converted converted = converter.convert(state, pending, clock.millis());
            boolean hasFailed = !pending.isEmpty() && pending.getLast() instanceof FeedEvent.Failed;
            if (hasFailed && converted.records().isEmpty()) {
                throw new ConnectException("source stopped: " + ((FeedEvent.Failed) pending.getLast()).reason());
            }
            state = converted.state();
            beats.saw(pending, clock.millis());
            // A failure waits for the next poll, so that what came before it is committed.
            pending = hasFailed ? List.of(pending.getLast()) : List.of();
            return converted.records();
        } catch (PolaroidException e) {
            if (e.problem().code() == ProblemCode.REGISTRY_UNREACHABLE) {
                throw new RetriableException(e.getMessage(), e);
            }
            throw new ConnectException(e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        WebSocketFeed open = feed;
        if (open != null) {
            open.close();
        }
    }
}

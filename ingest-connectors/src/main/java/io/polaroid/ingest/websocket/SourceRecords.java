package io.polaroid.ingest.websocket;

import io.polaroid.ingest.rows.Outcome;
import io.polaroid.ingest.rows.Received;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Feed events to Kafka Connect source records: rows to their stream's topic under their series key and partition, dead
 * letters to the dead-letter topic, control records to every partition of every stream that the source feeds. Each record
 * carries the state after its message. Not thread-safe.
 */
final class SourceRecords {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final WebSocketSource source;
    private final Map<String, String> sourcePartition;
    private final Map<String, RowCodec> codecs;
    private final RowCodec deadLetters;
    private Sequences sequences = new Sequences();

    private SourceRecords(WebSocketSource source, Map<String, RowCodec> codecs, RowCodec deadLetters) {
        this.source = source;
        this.sourcePartition = sourcePartition(source);
        this.codecs = codecs;
        this.deadLetters = deadLetters;
    }

    /** For a source whose configuration was checked; a problem if a schema has no codec. */
    static Result<SourceRecords> of(WebSocketSource source, SchemaRegistry registry) {
        var codecs = new HashMap<String, RowCodec>();
        for (var stream : source.streams().entrySet()) {
            Schema schema = new Schema.Parser().parse(stream.getValue().schema());
            switch (RowCodec.of(schema, subject(stream.getKey()), registry)) {
                case Result.Ok<RowCodec> ok -> codecs.put(stream.getKey(), ok.value());
                case Result.Err<RowCodec> err -> {
                    return Result.err(err.problem().with("stream", stream.getKey()));
                }
            }
        }
        return RowCodec.of(BuiltInSchemas.deadLetter(), subject(source.deadLetterTopic()), registry)
                .map(deadLetters -> new SourceRecords(source, codecs, deadLetters));
    }

    /** Goes on from a source offset. */
    void resume(@Nullable Map<String, ?> offset) {
        sequences = FeedState.sequences(offset);
    }

    /** The Connect source partition under which the offset is kept. */
    static Map<String, String> sourcePartition(WebSocketSource source) {
        return Map.of("source", source.name());
    }

    private static String subject(String topic) {
        return topic + "-value";
    }

    /** The records of some events, and the state after them. */
    record Converted(List<SourceRecord> records, FeedState state) {}

    /**
     * Converts events that follow {@code state}; the same call can be made again.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException if the registry cannot be reached
     */
    Converted convert(FeedState state, List<FeedEvent> events, long nowMillis) {
        var records = new ArrayList<SourceRecord>(events.size());
        FeedState current = state;
        Sequences counted = sequences.copy();
        for (FeedEvent event : events) {
            switch (event) {
                case FeedEvent.Up up -> {
                    current = current.connected();
                    if (source.position() == null) {
                        counted.begin();
                    }
                    if (!current.isCatchingUp()) {
                        addMoment(ControlRecord.Kind.UP, current, offset(current, counted), records);
                    }
                }
                case FeedEvent.Down down ->
                    addMoment(ControlRecord.Kind.DOWN, current, offset(current, counted), records);
                case FeedEvent.Message message -> {
                    addLost(message.received(), current, counted, records);
                    current = addMessage(message.received(), current, counted, nowMillis, records);
                }
                case FeedEvent.Failed failed -> {
                    // The task ends on it; nothing is written.
                }
            }
        }
        sequences = counted;
        return new Converted(records, current);
    }

    /** Says of which series rows are missing before these, in the partition where they would be. */
    private void addLost(Received received, FeedState state, Sequences counted, List<SourceRecord> records) {
        if (received.sequence() == Received.NO_NUMBER) {
            return;
        }
        for (Outcome outcome : received.outcomes()) {
            if (outcome instanceof Outcome.Accepted row) {
                counted.saw(row.stream(), row.key(), received.sequence(), row.eventTimeNanos())
                        .ifPresent(lost -> records.add(control(
                                row.stream(),
                                row.partition(),
                                new ControlRecord(
                                        name(),
                                        ControlRecord.Kind.GAP,
                                        lost.fromNanos(),
                                        lost.toNanos(),
                                        List.of(row.key())),
                                offset(state, counted))));
            }
        }
    }

    private FeedState addMessage(
            Received received, FeedState before, Sequences counted, long nowMillis, List<SourceRecord> records) {
        FeedState after = received.position() == Received.NO_NUMBER ? before : before.past(received.position());
        after = endGap(received, after, counted, records);
        for (Outcome outcome : received.outcomes()) {
            if (outcome instanceof Outcome.Accepted accepted) {
                after = after.seen(accepted.eventTimeNanos());
            }
        }
        if (received.outcomes().isEmpty()) {
            return after;
        }
        Map<String, Object> offset = offset(after, counted);
        for (Outcome outcome : received.outcomes()) {
            records.add(
                    switch (outcome) {
                        case Outcome.Accepted accepted -> row(accepted, offset);
                        case Outcome.Rejected rejected -> deadLetter(rejected, received, offset, nowMillis);
                    });
        }
        return after;
    }

    /** The first row after a reconnect tells up to when rows are lost; only then does the feed count as up. */
    private FeedState endGap(Received received, FeedState state, Sequences counted, List<SourceRecord> records) {
        var first = received.outcomes().stream()
                .filter(Outcome.Accepted.class::isInstance)
                .mapToLong(outcome -> ((Outcome.Accepted) outcome).eventTimeNanos())
                .min();
        if (!state.isCatchingUp() || first.isEmpty()) {
            return state;
        }
        FeedState after = state.caughtUp();
        long end = Math.max(state.lastEventNanos(), first.getAsLong());
        Map<String, Object> offset = offset(after, counted);
        addControl(ControlRecord.Kind.GAP, state.lastEventNanos(), end, offset, records);
        addControl(ControlRecord.Kind.UP, end, end, offset, records);
        return after;
    }

    private SourceRecord row(Outcome.Accepted row, Map<String, Object> offset) {
        RowCodec codec = codecs.get(row.stream());
        if (codec == null) {
            throw new IllegalStateException("no codec for stream " + row.stream());
        }
        byte[] key = row.key().getBytes(StandardCharsets.UTF_8);
        long timestamp = Math.floorDiv(row.eventTimeNanos(), NANOS_PER_MILLI);
        return record(row.stream(), row.partition(), key, codec.encode(row.row()), timestamp, offset);
    }

    private SourceRecord deadLetter(
            Outcome.Rejected rejected, Received received, Map<String, Object> offset, long nowMillis) {
        var row = ArrayRow.of(
                rejected.problem().code().slug(),
                rejected.problem().detail(),
                "source:" + source.name(),
                rejected.into(),
                null,
                received.position() == Received.NO_NUMBER ? null : received.position(),
                null,
                received.message());
        byte[] key = rejected.into().getBytes(StandardCharsets.UTF_8);
        return record(source.deadLetterTopic(), null, key, deadLetters.encode(row), nowMillis, offset);
    }

    private void addMoment(
            ControlRecord.Kind kind, FeedState state, Map<String, Object> offset, List<SourceRecord> records) {
        addControl(kind, state.lastEventNanos(), state.lastEventNanos(), offset, records);
    }

    private void addControl(
            ControlRecord.Kind kind,
            long fromNanos,
            long toNanos,
            Map<String, Object> offset,
            List<SourceRecord> records) {
        source.rows().stream().map(rule -> rule.into()).distinct().forEach(stream -> {
            for (int partition = 0; partition < partitions(stream); partition++) {
                var control = new ControlRecord(name(), kind, fromNanos, toNanos, series(partition, stream));
                records.add(control(stream, partition, control, offset));
            }
        });
    }

    /** Heartbeats of a stream, one to each partition. */
    List<SourceRecord> heartbeats(String stream, long nanos, FeedState state) {
        var heartbeat = new ControlRecord(name(), ControlRecord.Kind.HEARTBEAT, nanos, nanos, ControlRecord.ALL);
        var offset = offset(state, sequences);
        return IntStream.range(0, partitions(stream))
                .mapToObj(partition -> control(stream, partition, heartbeat, offset))
                .toList();
    }

    private SourceRecord control(String stream, int partition, ControlRecord control, Map<String, Object> offset) {
        long timestamp = Math.floorDiv(control.toNanos(), NANOS_PER_MILLI);
        return record(stream, partition, control.toKey(), null, timestamp, offset);
    }

    /** Numbers outlive the task where the feed goes on at a position; else all before its first row counts as lost. */
    private Map<String, Object> offset(FeedState state, Sequences counted) {
        return source.sequence() == null || source.position() == null
                ? state.toOffset()
                : state.toOffset(counted.text());
    }

    private String name() {
        return source.name() + "/0";
    }

    /** The series of the source in a partition: a loss of this feed says nothing of those that others bring. */
    private List<String> series(int partition, String stream) {
        return source.symbols().isEmpty()
                ? ControlRecord.ALL
                : source.symbols().stream()
                        .filter(symbol -> SeriesKey.partition(symbol, partitions(stream)) == partition)
                        .toList();
    }

    private int partitions(String stream) {
        var spec = source.streams().get(stream);
        return spec == null ? 0 : spec.partitions();
    }

    private SourceRecord record(
            String topic,
            @Nullable Integer partition,
            byte[] key,
            byte @Nullable [] value,
            long timestamp,
            Map<String, Object> offset) {
        return new SourceRecord(
                sourcePartition,
                offset,
                topic,
                partition,
                org.apache.kafka.connect.data.Schema.BYTES_SCHEMA,
                key,
                org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA,
                value,
                timestamp);
    }
}

package io.polaroid.sinks.parquet;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.schemas.stream.FeedIds;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Which records of one partition are rows of its stream, so that the history of a stream holds what its live table held: the
 * engine's own rules, and its memory of the feed's ids, which lasts as long as the stream's retention. Takes each record once,
 * in offset order; not thread-safe.
 */
final class StreamAdmission {
    private static final int EXPIRE_EVERY = 65_536;

    private final StreamRules rules;
    private final RowCodec codec;
    private final long retentionNanos;
    private final Map<String, FeedIds> ids = new HashMap<>();
    private long progress = Long.MIN_VALUE;
    private int taken;

    private StreamAdmission(StreamRules rules, RowCodec codec, long retentionNanos) {
        this.rules = rules;
        this.codec = codec;
        this.retentionNanos = retentionNanos;
    }

    /** Of a partition that nothing was taken of. */
    static StreamAdmission of(ParquetSink.Stream stream, SchemaRegistry registry) {
        var declared = stream.declaration();
        return StreamRules.of(declared)
                .flatMap(rules -> RowCodec.of(declared.schema(), declared.name() + "-value", registry)
                        .map(codec -> new StreamAdmission(
                                rules, codec, stream.retention().toNanos())))
                .recover(problem -> {
                    throw new ConnectException("stream " + declared.name() + ": " + problem);
                });
    }

    /**
     * Why the next record is no row of the stream, or empty where it is one.
     *
     * @throws RetriableException if the registry cannot be reached; nothing is remembered then
     */
    Optional<Decoded.Skipped> take(int partition, byte @Nullable [] key, byte[] value) {
        return switch (decode(value)) {
            case Result.Err<Row> err -> Optional.of(Decoded.Skipped.MALFORMED);
            case Result.Ok<Row> ok -> refusal(rules.judge(partition, key, ok.value()));
        };
    }

    /** Why the next row of a record of many is no row of the stream, or empty where it is one. */
    Optional<Decoded.Skipped> take(int partition, Row row) {
        return refusal(rules.judge(partition, row));
    }

    private Optional<Decoded.Skipped> refusal(StreamRules.Verdict verdict) {
        return switch (verdict) {
            case StreamRules.Flawed flawed -> Optional.of(Decoded.Skipped.MALFORMED);
            case StreamRules.Misrouted misrouted -> Optional.of(Decoded.Skipped.MISROUTED);
            case StreamRules.Fits fits -> isDuplicate(fits) ? Optional.of(Decoded.Skipped.DUPLICATE) : Optional.empty();
        };
    }

    private Result<Row> decode(byte[] value) {
        try {
            return codec.decode(value);
        } catch (PolaroidException e) {
            if (e.problem().code() == ProblemCode.REGISTRY_UNREACHABLE) {
                throw new RetriableException(e.problem().toString());
            }
            throw e;
        }
    }

    private boolean isDuplicate(StreamRules.Fits row) {
        if (row.id().isPresent()) {
            String id = row.id().get();
            FeedIds known = ids.computeIfAbsent(row.series(), series -> new FeedIds());
            if (known.contains(id, horizon())) {
                return true;
            }
            known.put(id, row.timeNanos());
        }
        progress = Math.max(progress, row.timeNanos());
        if (++taken % EXPIRE_EVERY == 0) {
            ids.values().forEach(series -> series.expire(horizon()));
        }
        return false;
    }

    private long horizon() {
        return progress < Long.MIN_VALUE + retentionNanos ? Long.MIN_VALUE : progress - retentionNanos;
    }
}

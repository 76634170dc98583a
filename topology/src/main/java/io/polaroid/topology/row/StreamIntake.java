package io.polaroid.topology.row;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.avro.RowReader;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.store.RawRows;
import io.polaroid.store.RowIntake;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.StreamSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a stream accepts: values that decode as its schema, with a time, finite numbers, and all checks satisfied, under the
 * key and in the partition that their series belongs to.
 */
public final class StreamIntake implements RowIntake {
    private final StreamRules rules;
    private final RowCodec codec;
    private final ShortWay shortWay;

    private StreamIntake(StreamRules rules, RowCodec codec, ShortWay shortWay) {
        this.rules = rules;
        this.codec = codec;
        this.shortWay = shortWay;
    }

    /** The intake of a stream, or what is wrong with its declaration. */
    public static Result<RowIntake> of(StreamSpec stream, SchemaRegistry registry) {
        return StreamRules.of(stream.declaration()).flatMap(rules -> switch (stream.format()) {
            case AVRO -> rowByRow(stream, rules, registry).map(intake -> intake);
            case ARROW -> Result.ok(BatchIntake.of(rules));
        });
    }

    private static Result<StreamIntake> rowByRow(StreamSpec stream, StreamRules rules, SchemaRegistry registry) {
        var subject = stream.name() + "-value";
        return RowCodec.of(stream.schema(), subject, registry)
                .flatMap(codec -> RowReader.of(stream.schema(), subject, registry)
                        .map(reader -> new StreamIntake(rules, codec, new ShortWay(rules, reader))));
    }

    @Override
    public Intake admit(int partition, byte @Nullable [] key, byte @Nullable [] value) {
        if (value == null) {
            return key != null && ControlRecord.isControl(key) ? control(key) : noValue();
        }
        return switch (codec.decode(value)) {
            case Result.Err<Row> err -> new MalformedIn(err.problem());
            case Result.Ok<Row> ok -> row(partition, key, ok.value());
        };
    }

    @Override
    public boolean take(RawRows records, int index) {
        return shortWay.take(records, index);
    }

    @Override
    public Taken taken() {
        return shortWay;
    }

    private Intake row(int partition, byte @Nullable [] key, Row row) {
        return switch (rules.judge(partition, key, row)) {
            case StreamRules.Fits fits -> {
                shortWay.learn(partition, fits.series(), row);
                yield new RowIn(fits.series(), fits.timeNanos(), fits.id().orElse(null), row);
            }
            case StreamRules.Misrouted misrouted -> new MisroutedIn(misrouted.series());
            case StreamRules.Flawed flawed -> new MalformedIn(flawed.problem());
        };
    }

    static Intake control(byte[] key) {
        return switch (ControlRecord.fromKey(key)) {
            case Result.Ok<ControlRecord> ok -> new ControlIn(ok.value());
            case Result.Err<ControlRecord> err -> new MalformedIn(err.problem());
        };
    }

    static Intake noValue() {
        return new MalformedIn(
                Problem.of(ProblemCode.MALFORMED_RECORD, "the value is null and the key is not a control record's"));
    }
}

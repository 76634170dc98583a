package io.polaroid.topology.row;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.store.RowIntake;
import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.StreamSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a stream accepts: values that decode as its schema, with a time, finite numbers, and all checks satisfied, under the
 * key and in the partition that their series belongs to.
 */
public final class StreamIntake implements RowIntake {
    /** 1700 and 2200: what lies between leaves room in 64 bits for the windows around it. */
    private static final long EARLIEST = -8_520_336_000_000_000_000L;

    private static final long LATEST = 7_258_118_400_000_000_000L;

    private final StreamSpec stream;
    private final StreamColumns columns;
    private final RowCodec codec;
    private final List<Predicate> checks;
    private final int[] floating;

    private StreamIntake(StreamSpec stream, StreamColumns columns, RowCodec codec, List<Predicate> checks) {
        this.stream = stream;
        this.columns = columns;
        this.codec = codec;
        this.checks = checks;
        this.floating = floating(columns.schema());
    }

    /** The intake of a stream, or what is wrong with its declaration. */
    public static Result<StreamIntake> of(StreamSpec stream, SchemaRegistry registry) {
        return StreamColumns.of(stream).flatMap(columns -> {
            var checks = new ArrayList<Predicate>();
            for (String text : stream.checks()) {
                switch (Predicate.of(text, columns.schema())) {
                    case Result.Ok<Predicate> ok -> checks.add(ok.value());
                    case Result.Err<Predicate> err -> {
                        return Result.err(err.problem().with("stream", stream.name()));
                    }
                }
            }
            return RowCodec.of(stream.schema(), stream.name() + "-value", registry)
                    .map(codec -> new StreamIntake(stream, columns, codec, checks));
        });
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

    private Intake row(int partition, byte @Nullable [] key, Row row) {
        var flaw = flaw(row);
        if (flaw != null) {
            return new MalformedIn(flaw);
        }
        var series = SeriesKey.of(row, columns.key());
        var right = SeriesKey.partition(series, stream.partitions());
        if (right != partition || !Arrays.equals(key, series.getBytes(StandardCharsets.UTF_8))) {
            return new MisroutedIn(series);
        }
        var id = columns.id().isPresent() ? row.valueAt(columns.id().getAsInt()) : null;
        return new RowIn(series, columns.timeNanos(row), id == null ? null : id.toString(), row);
    }

    private @Nullable Problem flaw(Row row) {
        if (row.isNull(columns.time())) {
            return Problem.of(ProblemCode.MISSING_FIELD, "time column " + stream.time() + " is null");
        }
        if (!isPlausible(row)) {
            return Problem.of(
                    ProblemCode.WRONG_TYPE,
                    "time " + row.longAt(columns.time()) + " " + columns.unit() + " is outside the years 1700 to 2199");
        }
        for (int column : floating) {
            if (!row.isNull(column) && !Double.isFinite(row.doubleAt(column))) {
                return Problem.of(
                        ProblemCode.NOT_A_NUMBER,
                        columns.schema().getFields().get(column).getName() + " is " + row.doubleAt(column));
            }
        }
        for (Predicate check : checks) {
            if (!check.test(row)) {
                return Problem.of(ProblemCode.CHECK_FAILED, "check " + check.text() + " does not hold");
            }
        }
        return null;
    }

    private boolean isPlausible(Row row) {
        try {
            long time = columns.timeNanos(row);
            return time >= EARLIEST && time < LATEST;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    static Intake control(byte[] key) {
        return switch (ControlRecord.fromKey(key)) {
            case Result.Ok<ControlRecord> ok -> new ControlIn(ok.value());
            case Result.Err<ControlRecord> err -> new MalformedIn(err.problem());
        };
    }

    private static Intake noValue() {
        return new MalformedIn(
                Problem.of(ProblemCode.MALFORMED_RECORD, "the value is null and the key is not a control record's"));
    }

    private static int[] floating(Schema schema) {
        var fields = schema.getFields();
        return java.util.stream.IntStream.range(0, fields.size())
                .filter(i -> fields.get(i).getType() instanceof ArrowType.FloatingPoint)
                .toArray();
    }
}

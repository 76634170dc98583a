package io.polaroid.schemas.stream;

import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Which decoded records are rows of a stream: those with a time, finite numbers, and all checks satisfied, under the key and in
 * the partition that their series belongs to. What depends on other records, such as duplicates, is not decided here.
 */
public final class StreamRules {
    /** 1700 and 2200: what lies between leaves room in 64 bits for the windows around it. */
    private static final long EARLIEST = -8_520_336_000_000_000_000L;

    private static final long LATEST = 7_258_118_400_000_000_000L;

    private final StreamDeclaration stream;
    private final StreamColumns columns;
    private final List<Predicate> checks;
    private final int[] floating;

    /** What a record is. */
    public sealed interface Verdict {}

    /**
     * A row.
     *
     * @param series its series key
     * @param timeNanos event time, ns since 1970 UTC
     * @param id the feed's own id, if declared and there
     */
    public record Fits(String series, long timeNanos, Optional<String> id) implements Verdict {}

    /**
     * A row of another partition, or under a key that is not its series'.
     *
     * @param series its series key
     */
    public record Misrouted(String series) implements Verdict {}

    /**
     * No row.
     *
     * @param problem why
     */
    public record Flawed(Problem problem) implements Verdict {}

    private StreamRules(StreamDeclaration stream, StreamColumns columns, List<Predicate> checks) {
        this.stream = stream;
        this.columns = columns;
        this.checks = List.copyOf(checks);
        this.floating = floating(columns.schema());
    }

    /** The rules of a stream, or what is wrong with its declaration. */
    public static Result<StreamRules> of(StreamDeclaration stream) {
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
            return Result.ok(new StreamRules(stream, columns, checks));
        });
    }

    /** The columns of the stream. */
    public StreamColumns columns() {
        return columns;
    }

    /** What a record with this row is. */
    public Verdict judge(int partition, byte @Nullable [] key, Row row) {
        var flaw = flaw(row);
        if (flaw.isPresent()) {
            return new Flawed(flaw.get());
        }
        var series = SeriesKey.of(row, columns.key());
        var right = SeriesKey.partition(series, stream.partitions());
        if (right != partition || !Arrays.equals(key, series.getBytes(StandardCharsets.UTF_8))) {
            return new Misrouted(series);
        }
        return new Fits(series, columns.timeNanos(row), id(row));
    }

    /** What a row of a record of many rows is, which says by its own cells alone where it belongs. */
    public Verdict judge(int partition, Row row) {
        var flaw = flaw(row);
        if (flaw.isPresent()) {
            return new Flawed(flaw.get());
        }
        var series = SeriesKey.of(row, columns.key());
        return SeriesKey.partition(series, stream.partitions()) == partition
                ? new Fits(series, columns.timeNanos(row), id(row))
                : new Misrouted(series);
    }

    /** The partition in which rows of a series belong. */
    public int partition(String series) {
        return SeriesKey.partition(series, stream.partitions());
    }

    /** Whether a row has a time, finite numbers, and satisfies all checks; {@link #judge} says more. */
    public boolean isFlawless(Row row) {
        return flaw(row).isEmpty();
    }

    private Optional<String> id(Row row) {
        if (columns.id().isEmpty()) {
            return Optional.empty();
        }
        var id = row.valueAt(columns.id().getAsInt());
        return id == null ? Optional.empty() : Optional.of(id.toString());
    }

    private Optional<Problem> flaw(Row row) {
        if (row.isNull(columns.time())) {
            return flaw(ProblemCode.MISSING_FIELD, "time column " + stream.time() + " is null");
        }
        if (!isPlausible(row)) {
            return flaw(
                    ProblemCode.WRONG_TYPE,
                    "time " + row.longAt(columns.time()) + " " + columns.unit() + " is outside the years 1700 to 2199");
        }
        for (int column : floating) {
            if (!row.isNull(column) && !Double.isFinite(row.doubleAt(column))) {
                return flaw(
                        ProblemCode.NOT_A_NUMBER,
                        columns.schema().getFields().get(column).getName() + " is " + row.doubleAt(column));
            }
        }
        for (Predicate check : checks) {
            if (!check.test(row)) {
                return flaw(ProblemCode.CHECK_FAILED, "check " + check.text() + " does not hold");
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> flaw(ProblemCode code, String detail) {
        return Optional.of(Problem.of(code, detail));
    }

    private boolean isPlausible(Row row) {
        try {
            long time = columns.timeNanos(row);
            return time >= EARLIEST && time < LATEST;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static int[] floating(Schema schema) {
        var fields = schema.getFields();
        return IntStream.range(0, fields.size())
                .filter(i -> fields.get(i).getType() instanceof ArrowType.FloatingPoint)
                .toArray();
    }
}

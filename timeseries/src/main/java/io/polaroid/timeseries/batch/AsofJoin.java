package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.Order;
import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.ZonedSpan;
import java.nio.LongBuffer;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Joins each left row to the right row of the same key that is next to it in time.
 *
 * <p><b>Shape</b> left {@code n×p}, right {@code m×q} → {@code n×(p + q - keys)}: row i of the result is row i of the left (but those
 * without a match if {@code how} is INNER). The right key columns are left out; the right time too if it has the left one's name and
 * {@code coalesce} is set; names that the left has get {@code suffix}. <br><b>Order</b> both sides ascend by time, which is checked
 * where there are no keys; with keys, or unchecked, rows in any order give the answer of the sorted table. <br><b>Ties</b> of several
 * right rows of equal time backward and nearest take the last, forward the first. At equal distance nearest takes the later, or
 * the earlier as {@code tie} says. <br><b>Nulls</b> a row without a time or (unless {@code nullBy} is EQUAL) without a key matches
 * nothing; nulls in a matched row are given as they are. <br><b>Cost</b> O(n + m) for rows in order, 4 bytes a row of both sides
 * besides the result (12 more where rows are out of order); left columns are shared, not copied. <br><b>Source</b> Polars {@code join_asof}; differs in
 * that times of different units compare, and that negative tolerances are refused.
 *
 * @param leftOn time column of the left
 * @param rightOn time column of the right
 * @param leftBy key columns of the left
 * @param rightBy key columns of the right, in the same order
 * @param strategy where to look
 * @param tolerance how far to look
 * @param allowExactMatches whether a right row of the same time may match
 * @param suffix what is put behind names that the left has too
 * @param coalesce whether there is one time column in the result
 * @param checkSortedness whether rows out of order are refused where there are no keys
 * @param how what becomes of left rows without a match
 * @param tie which of two rows at the same distance is the nearest
 * @param nullBy whether null is a key
 */
public record AsofJoin(
        String leftOn,
        String rightOn,
        List<String> leftBy,
        List<String> rightBy,
        AsOf.Direction strategy,
        Tolerance tolerance,
        boolean allowExactMatches,
        String suffix,
        boolean coalesce,
        boolean checkSortedness,
        How how,
        AsOf.Tie tie,
        NullKeys nullBy)
        implements ParallelOperator {
    /** What becomes of left rows without a match. */
    public enum How {
        /** They stay, with nulls. */
        LEFT,
        /** They go. */
        INNER
    }

    public AsofJoin {
        leftBy = List.copyOf(leftBy);
        rightBy = List.copyOf(rightBy);
    }

    /** The defaults of Polars: backward, at any distance, exact matches too. */
    public static AsofJoin on(String on, List<String> by) {
        return new AsofJoin(
                on,
                on,
                by,
                by,
                AsOf.Direction.BACKWARD,
                Tolerance.any(),
                true,
                "_right",
                true,
                true,
                How.LEFT,
                AsOf.Tie.LATER,
                NullKeys.NO_KEY);
    }

    /** The same in another direction. */
    public AsofJoin strategy(AsOf.Direction direction) {
        return new AsofJoin(
                leftOn,
                rightOn,
                leftBy,
                rightBy,
                direction,
                tolerance,
                allowExactMatches,
                suffix,
                coalesce,
                checkSortedness,
                how,
                tie,
                nullBy);
    }

    /** The same within a distance. */
    public AsofJoin tolerance(Tolerance distance) {
        return new AsofJoin(
                leftOn,
                rightOn,
                leftBy,
                rightBy,
                strategy,
                distance,
                allowExactMatches,
                suffix,
                coalesce,
                checkSortedness,
                how,
                tie,
                nullBy);
    }

    @Override
    public int inputs() {
        return 2;
    }

    @Override
    public String title() {
        String within = switch (tolerance) {
            case Tolerance.Any any -> "";
            case Tolerance.Within limit -> " within " + limit.distance();
            case Tolerance.Units units -> " within " + units.count();
        };
        return how.name().toLowerCase(java.util.Locale.ROOT) + " as-of join "
                + strategy.name().toLowerCase(java.util.Locale.ROOT) + " " + leftOn + " = " + rightOn + within
                + (leftBy.isEmpty() ? "" : ", by " + leftBy + " = " + rightBy)
                + (allowExactMatches ? "" : ", without exact matches");
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        Schema left = inputs.getFirst();
        Schema right = inputs.get(1);
        return Types.check(() -> {
                    JoinKeys.check(left, right, leftOn, rightOn, leftBy, rightBy);
                    checkTolerance(Types.time(left, leftOn));
                    var fields = new ArrayList<>(left.getFields());
                    for (Field field : kept(right)) {
                        fields.add(renamed(left, Gather.nullable(field)));
                    }
                    return fields;
                })
                .flatMap(Outputs::schema);
    }

    private void checkTolerance(Field time) {
        boolean index = time.getType() instanceof ArrowType.Int;
        if (tolerance instanceof Tolerance.Within limit
                && !limit.distance().isZero()
                && limit.distance().index() != index) {
            throw Types.invalid("column '" + leftOn + "' is a " + time.getType() + ", on which a tolerance is "
                    + (index ? "counted in steps such as 10i" : "a length of time such as 10s") + ", not "
                    + limit.distance());
        }
    }

    /** The right columns that are in the result. */
    private List<Field> kept(Schema right) {
        return right.getFields().stream()
                .filter(field -> !rightBy.contains(field.getName()))
                .filter(field -> !(coalesce && field.getName().equals(rightOn) && rightOn.equals(leftOn)))
                .toList();
    }

    private Field renamed(Schema left, Field field) {
        var names = new HashSet<String>();
        left.getFields().forEach(known -> names.add(known.getName()));
        return names.contains(field.getName()) ? Gather.renamed(field, field.getName() + suffix) : field;
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot left = inputs.getFirst();
        VectorSchemaRoot right = inputs.get(1);
        return schema(List.of(left.getSchema(), right.getSchema()))
                .flatMap(schema -> Types.check(() -> {
                    int[] matches = matches(left, right, workers);
                    return how == How.LEFT
                            ? table(schema, left, right, new int[0], matches, allocator, workers)
                            : inner(schema, left, right, matches, allocator, workers);
                }));
    }

    private int[] matches(VectorSchemaRoot left, VectorSchemaRoot right, Workers workers) {
        JoinKeys keys = JoinKeys.of(left, right, leftBy, rightBy, nullBy, workers);
        Column leftTime = Column.of(left.getVector(leftOn));
        Column rightTime = Column.of(right.getVector(rightOn));
        boolean oneUnit = leftTime.type().equals(rightTime.type())
                || leftTime.type() instanceof ArrowType.Int && rightTime.type() instanceof ArrowType.Int;
        var match = new AsofMatch(
                side("left", leftTime, keys.left(), oneUnit),
                side("right", rightTime, keys.right(), oneUnit),
                keys.count(),
                allowExactMatches,
                distance(Times.nanosPerUnit(leftTime.type()), oneUnit));
        return switch (strategy) {
            case BACKWARD -> match.backward(workers);
            case FORWARD -> match.forward(workers, false);
            case NEAREST -> match.nearest(workers, tie == AsOf.Tie.LATER);
        };
    }

    private long distance(long nanosPerUnit, boolean oneUnit) {
        return switch (tolerance) {
            case Tolerance.Any any -> -1;
            case Tolerance.Within limit ->
                ZonedSpan.of(limit.distance(), ZoneOffset.UTC, oneUnit ? nanosPerUnit : 1)
                        .units();
            case Tolerance.Units units ->
                oneUnit
                        ? units.count()
                        : units.count() > Long.MAX_VALUE / nanosPerUnit ? Long.MAX_VALUE : units.count() * nanosPerUnit;
        };
    }

    private AsofMatch.Side side(String name, Column time, int[] codes, boolean oneUnit) {
        LongBuffer times =
                oneUnit ? time.view() : LongBuffer.wrap(Times.nanos(time).orThrow());
        int descent = firstDescent(time, times);
        if (descent >= 0 && checkSortedness && leftBy.isEmpty()) {
            throw Types.invalid("the " + name + " column '" + time.field().getName() + "' does not ascend: row "
                    + descent + " lies before a row ahead of it; sort by it first, or set check_sortedness to false");
        }
        if (descent < 0 && !time.hasNulls()) {
            return new AsofMatch.Side(times, codes, new int[0]);
        }
        long[] all = new long[times.limit()];
        times.get(0, all);
        int[] order = Order.ascending(all);
        if (time.hasNulls()) {
            for (int row = 0; row < codes.length; row++) {
                codes[row] = time.isNull(row) ? -1 : codes[row];
            }
        }
        return new AsofMatch.Side(LongBuffer.wrap(all), codes, order);
    }

    private static int firstDescent(Column time, LongBuffer times) {
        long last = Long.MIN_VALUE;
        for (int row = 0; row < times.limit(); row++) {
            if (!time.isNull(row)) {
                long at = times.get(row);
                if (at < last) {
                    return row;
                }
                last = at;
            }
        }
        return -1;
    }

    private VectorSchemaRoot inner(
            Schema schema,
            VectorSchemaRoot left,
            VectorSchemaRoot right,
            int[] matches,
            BufferAllocator allocator,
            Workers workers) {
        int[] rows = new int[matches.length];
        int held = 0;
        for (int row = 0; row < matches.length; row++) {
            if (matches[row] != Gather.NULL) {
                matches[held] = matches[row];
                rows[held++] = row;
            }
        }
        int[] found = java.util.Arrays.copyOf(matches, held);
        if (held == rows.length) {
            return table(schema, left, right, new int[0], found, allocator, workers);
        }
        return table(schema, left, right, java.util.Arrays.copyOf(rows, held), found, allocator, workers);
    }

    /**
     * @param rows the left rows; empty for all of them, or if there are no matches
     */
    private VectorSchemaRoot table(
            Schema schema,
            VectorSchemaRoot left,
            VectorSchemaRoot right,
            int[] rows,
            int[] matches,
            BufferAllocator allocator,
            Workers workers) {
        boolean all = matches.length == left.getRowCount();
        try (Made made = Made.with(allocator)) {
            int column = 0;
            for (var source : left.getFieldVectors()) {
                Field field = schema.getFields().get(column++);
                if (all) {
                    made.share(source, field);
                } else {
                    made.gather(source, rows, field);
                }
            }
            for (Field field : kept(right.getSchema())) {
                made.gather(
                        right.getVector(field.getName()),
                        matches,
                        schema.getFields().get(column++),
                        workers);
            }
            return made.table(matches.length);
        }
    }
}

package io.polaroid.timeseries.operator;

import java.util.function.IntPredicate;

/**
 * Finds the right row that goes with a left row.
 *
 * <p><b>Order</b> right rows ascend by (time, offset); backward, the last of several rows of equal time wins. <br><b>Nulls</b> a left
 * row without a match within the tolerance has {@link #NONE}. <br><b>Cost</b> O(log n) and the unacceptable rows passed over.
 * <br><b>Source</b> Polars {@code join_asof}.
 *
 * @param direction where to look
 * @param toleranceNanos the greatest distance in time, inclusive; not negative
 * @param exact whether a right row of the same time may match
 * @param tie which of two right rows at equal distance is the nearest
 */
public record AsOf(Direction direction, long toleranceNanos, boolean exact, Tie tie) {
    /** No row. */
    public static final int NONE = -1;

    /** The tolerance that leaves no row out. */
    public static final long ANY_DISTANCE = Long.MAX_VALUE;

    /** Where to look for the right row. */
    public enum Direction {
        /** The last row at or before the left time. */
        BACKWARD,
        /** The first row at or after the left time. */
        FORWARD,
        /** The nearer of both; at equal distance the later one, and there the last of several rows of equal time. */
        NEAREST
    }

    /** Which of two right rows at equal distance is the nearest. */
    public enum Tie {
        /** The later one, as in Polars. */
        LATER,
        /** The earlier one, as in pandas. */
        EARLIER
    }

    /** One that takes rows of the same time, and of two at equal distance the later one. */
    public AsOf(Direction direction, long toleranceNanos) {
        this(direction, toleranceNanos, true, Tie.LATER);
    }

    public AsOf {
        if (toleranceNanos < 0) {
            throw new IllegalArgumentException("toleranceNanos is " + toleranceNanos + "; a distance is not negative");
        }
    }

    /** The last row at or before the left time. */
    public static AsOf backward(long toleranceNanos) {
        return new AsOf(Direction.BACKWARD, toleranceNanos);
    }

    /**
     * Index of the right row that goes with a left row at this time, or {@link #NONE}.
     *
     * @param acceptable which right rows, by index, may match
     */
    public int match(SortedRows right, long leftNanos, IntPredicate acceptable) {
        return switch (direction) {
            case BACKWARD -> backward(right, leftNanos, acceptable);
            case FORWARD -> forward(right, leftNanos, acceptable);
            case NEAREST -> nearest(right, leftNanos, acceptable);
        };
    }

    /**
     * The left rows that a right row at this time may be the match of: those whose match can change when it comes late.
     */
    public RowRange affectedBy(SortedRows left, long rightNanos) {
        long before = Times.minus(rightNanos, toleranceNanos);
        long after = Times.plus(rightNanos, toleranceNanos);
        boolean unbounded = toleranceNanos == ANY_DISTANCE;
        int from =
                direction == Direction.BACKWARD ? left.lowerBound(rightNanos) : unbounded ? 0 : left.lowerBound(before);
        int to = direction == Direction.FORWARD
                ? left.upperBound(rightNanos)
                : unbounded ? left.size() : left.upperBound(after);
        return RowRange.between(from, to);
    }

    private int backward(SortedRows right, long leftNanos, IntPredicate acceptable) {
        int last = (exact ? right.upperBound(leftNanos) : right.lowerBound(leftNanos)) - 1;
        for (int i = last; i >= 0 && isNear(right.timeNanos(i), leftNanos); i--) {
            if (acceptable.test(i)) {
                return i;
            }
        }
        return NONE;
    }

    private int forward(SortedRows right, long leftNanos, IntPredicate acceptable) {
        int size = right.size();
        int first = exact ? right.lowerBound(leftNanos) : right.upperBound(leftNanos);
        for (int i = first; i < size && isNear(leftNanos, right.timeNanos(i)); i++) {
            if (acceptable.test(i)) {
                return i;
            }
        }
        return NONE;
    }

    private int nearest(SortedRows right, long leftNanos, IntPredicate acceptable) {
        int before = backward(right, leftNanos, acceptable);
        int after = forward(right, leftNanos, acceptable);
        if (after == NONE) {
            return before;
        }
        long afterNanos = right.timeNanos(after);
        if (before != NONE) {
            int further = Long.compareUnsigned(leftNanos - right.timeNanos(before), afterNanos - leftNanos);
            if (further < 0 || further == 0 && tie == Tie.EARLIER) {
                return before;
            }
        }
        int last = right.upperBound(afterNanos) - 1;
        while (!acceptable.test(last)) {
            last--;
        }
        return last;
    }

    // The difference of two longs is exact as an unsigned number.
    private boolean isNear(long earlier, long later) {
        return toleranceNanos == ANY_DISTANCE || Long.compareUnsigned(later - earlier, toleranceNanos) <= 0;
    }
}

package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.time.TimeUnits;
import java.util.Comparator;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The order of values, as DuckDB has it: NaN equals NaN and is above all numbers, text goes by code point. */
final class Ordering {
    private Ordering() {}

    /** How values of two comparable types compare. */
    static Comparator<Object> between(Type left, Type right) {
        if (left.isNumber() && right.isNumber()) {
            boolean whole = left.kind() == Type.Kind.INT && right.kind() == Type.Kind.INT;
            return whole
                    ? (a, b) -> Long.compare((Long) a, (Long) b)
                    : (a, b) -> a instanceof Long x && b instanceof Long y
                            ? Long.compare(x, y)
                            : doubles(((Number) a).doubleValue(), ((Number) b).doubleValue());
        }
        return switch (left.kind()) {
            case BOOL -> (a, b) -> Boolean.compare((Boolean) a, (Boolean) b);
            case TEXT -> (a, b) -> texts((String) a, (String) b);
            case TIME, DATE, SPAN, CLOCK -> times(nanosPer(left.arrow()), nanosPer(right.arrow()));
            case INT, FLOAT, BINARY, NULL ->
                throw new IllegalArgumentException(left.shown() + " does not compare with " + right.shown());
        };
    }

    static int doubles(double a, double b) {
        if (a < b) {
            return -1;
        }
        if (a > b) {
            return 1;
        }
        return a == b ? 0 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }

    // UTF-16 puts surrogates below U+E000..U+FFFF; DuckDB compares UTF-8 bytes, which is the order of code points.
    static int texts(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                boolean leftPair = Character.isSurrogate(left);
                return leftPair == Character.isSurrogate(right) ? Character.compare(left, right) : leftPair ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static Comparator<Object> times(long leftNanos, long rightNanos) {
        if (leftNanos == rightNanos) {
            return (a, b) -> Long.compare((Long) a, (Long) b);
        }
        if (leftNanos < rightNanos) {
            var other = times(rightNanos, leftNanos);
            return (a, b) -> -other.compare(b, a);
        }
        long ratio = leftNanos / rightNanos;
        return (a, b) -> {
            int coarse = Long.compare((Long) a, Math.floorDiv((Long) b, ratio));
            return coarse != 0 ? coarse : Math.floorMod((Long) b, ratio) == 0 ? 0 : -1;
        };
    }

    static long nanosPer(ArrowType type) {
        return switch (type) {
            case ArrowType.Timestamp time -> TimeUnits.nanosPer(time.getUnit());
            case ArrowType.Duration span -> TimeUnits.nanosPer(span.getUnit());
            case ArrowType.Time clock -> TimeUnits.nanosPer(clock.getUnit());
            case ArrowType.Date date when date.getUnit() == DateUnit.DAY -> 86_400_000_000_000L;
            default -> TimeUnits.nanosPer(TimeUnit.MILLISECOND);
        };
    }
}

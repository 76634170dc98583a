package io.polaroid.timeseries.column;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.TimeUnits;
import java.nio.LongBuffer;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Columns of times: timestamps of any unit with or without a zone, dates, and whole numbers (an index, which counts as nanoseconds
 * as it does in Polars).
 */
public final class Times {
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;
    private static final int PIECE = 2_048;
    private static final int FEWEST_ROWS = 1 << 16;

    private Times() {}

    /** Whether a column can be ordered and measured by time. */
    public static boolean isTime(ArrowType type) {
        return type instanceof ArrowType.Timestamp
                || type instanceof ArrowType.Date
                || type instanceof ArrowType.Duration
                || type instanceof ArrowType.Int;
    }

    /** Nanoseconds in one unit of a column of times. */
    public static long nanosPerUnit(ArrowType type) {
        return switch (type) {
            case ArrowType.Timestamp time -> TimeUnits.nanosPer(time.getUnit());
            case ArrowType.Duration span -> TimeUnits.nanosPer(span.getUnit());
            case ArrowType.Date date -> date.getUnit() == DateUnit.DAY ? NANOS_PER_DAY : 1_000_000L;
            case ArrowType.Int index -> 1;
            default -> throw new IllegalArgumentException(type + " is no time");
        };
    }

    /** The zone in which a column's calendar is read: its own, or UTC where it names none. */
    public static Result<ZoneId> zone(Field field) {
        @Nullable String name = field.getType() instanceof ArrowType.Timestamp time ? time.getTimezone() : null;
        if (name == null || name.isEmpty()) {
            return Result.ok(ZoneOffset.UTC);
        }
        try {
            return Result.ok(ZoneId.of(name));
        } catch (DateTimeException unknown) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "column '" + field.getName() + "' is in the zone '" + name + "', which is not known");
        }
    }

    /**
     * The times as nanoseconds since 1970 UTC; 0 where null.
     *
     * @return the times, or {@code INVALID_ARGUMENT} if one lies outside of the years 1677 to 2262
     */
    public static Result<long[]> nanos(Column column) {
        long[] times = column.longs();
        long factor = nanosPerUnit(column.type());
        if (factor == 1) {
            return Result.ok(times);
        }
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        for (long time : times) {
            least = Math.min(least, time);
            greatest = Math.max(greatest, time);
        }
        if (times.length > 0 && (least < Long.MIN_VALUE / factor || greatest > Long.MAX_VALUE / factor)) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "column '" + column.field().getName() + "' has a time outside of the years 1677 to 2262");
        }
        for (int row = 0; row < times.length; row++) {
            times[row] *= factor;
        }
        return Result.ok(times);
    }

    /** Row of the first time that is less than the one before it; -1 if they ascend. */
    public static int firstDescent(LongBuffer times) {
        return firstDescent(times, 0, times.limit());
    }

    /** Whether no time is less than the one before it, looked at in parts. */
    public static boolean ascend(LongBuffer times, Workers workers) {
        int parts = Math.max(1, Math.min(workers.parallelism(), times.limit() / FEWEST_ROWS));
        boolean[] descends = new boolean[parts];
        workers.run(parts, part -> {
            int from = (int) ((long) times.limit() * part / parts);
            int to = (int) ((long) times.limit() * (part + 1) / parts);
            descends[part] = firstDescent(times, Math.max(0, from - 1), to) >= 0;
        });
        for (boolean one : descends) {
            if (one) {
                return false;
            }
        }
        return true;
    }

    private static int firstDescent(LongBuffer times, int from, int to) {
        long[] piece = new long[PIECE];
        long last = Long.MIN_VALUE;
        for (int first = from; first < to; first += PIECE) {
            int count = Math.min(PIECE, to - first);
            times.get(first, piece, 0, count);
            for (int i = 0; i < count; i++) {
                if (piece[i] < last) {
                    return first + i;
                }
                last = piece[i];
            }
        }
        return -1;
    }
}

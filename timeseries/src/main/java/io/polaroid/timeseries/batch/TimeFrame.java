package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import io.polaroid.timeseries.window.Ranges;
import java.time.ZoneId;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Windows of time around rows: from {@code t + offset} to {@code t + offset + period}, in the unit of the time column and the calendar
 * of its zone. One thread at a time.
 */
final class TimeFrame implements Rolled.Framed {
    private static final long FAR = 1L << 61;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final long[] times;
    private final int[] firstTimes;
    private final long[] anchors;
    private final int[] firstAnchors;
    private final ZonedSpan period;
    private final ZonedSpan offset;
    private final boolean lookBehind;
    private final Closed closed;
    private final boolean advancing;
    private boolean keepsStarts;
    private long[] starts = new long[16];
    private long[] ends = new long[16];

    private TimeFrame(Rows of, Rows around, ZonedSpan period, ZonedSpan offset, Closed closed, boolean advancing) {
        this.times = of.times();
        this.firstTimes = of.starts();
        this.anchors = around.times();
        this.firstAnchors = around.starts();
        this.period = period;
        this.offset = offset;
        this.closed = closed;
        this.advancing = advancing;
        this.lookBehind = offset.span().equals(period.span().negated());
    }

    /**
     * Times of a table, group by group.
     *
     * @param times of the arranged rows, in the column's unit
     * @param starts where each group starts
     */
    record Rows(long[] times, int[] starts) {
        /** Days in microseconds, so that a window may be a part of a day long; other times as they are. */
        Rows scaled(Field time) {
            if (!isDays(time)) {
                return this;
            }
            long[] micros = new long[times.length];
            for (int row = 0; row < micros.length; row++) {
                micros[row] = Math.multiplyExact(times[row], MICROS_PER_DAY);
            }
            return new Rows(micros, starts);
        }
    }

    private static boolean isDays(Field time) {
        return time.getType() instanceof ArrowType.Date date && date.getUnit() == DateUnit.DAY;
    }

    private static long unit(Field time) {
        return isDays(time) ? 1_000 : Times.nanosPerUnit(time.getType());
    }

    /** What can be known to be wrong with a window from the type of the time column alone. */
    static void check(Field time, Span period, Span offset, String name) {
        kind(time, period, offset, name);
        for (Span span : new Span[] {period, offset}) {
            if (!span.index() && span.nanos() % unit(time) != 0) {
                throw Types.invalid(TimeAxis.tooFine(span.equals(period) ? name : "offset", span, time));
            }
        }
    }

    /** The same of lengths that may be finer than the column's unit. */
    static void kind(Field time, Span period, Span offset, String name) {
        if (!period.isPositive()) {
            throw Types.invalid(name + " is " + period + "; a window is longer than nothing");
        }
        boolean index = time.getType() instanceof ArrowType.Int;
        for (Span span : new Span[] {period, offset}) {
            if (!span.isZero() && span.index() != index) {
                throw Types.invalid("column '" + time.getName() + "' is a " + time.getType() + ", on which a window is "
                        + (index ? "counted in steps such as 10i" : "a length of time such as 10s") + ", not " + span);
            }
        }
        Times.zone(time).orThrow();
    }

    /**
     * Windows around the rows themselves. Within a series neither end goes back, as Polars has it: where a calendar would turn it back, at
     * a clock change or a month's end, it stays where it was for the row before.
     */
    static TimeFrame of(Rows rows, Field time, Span period, Span offset, Closed closed) {
        return of(rows, rows, time, period, offset, closed, true);
    }

    /**
     * Windows around other times. Each depends on its own time alone, as in the views of streams: Polars has no such join.
     *
     * @param rows what the windows are of
     * @param around what they lie around, in the same unit
     */
    static TimeFrame of(Rows rows, Rows around, Field time, Span period, Span offset, Closed closed) {
        return of(rows, around, time, period, offset, closed, false);
    }

    private static TimeFrame of(
            Rows rows, Rows around, Field time, Span period, Span offset, Closed closed, boolean advancing) {
        ZoneId zone = Times.zone(time).orThrow();
        long unit = unit(time);
        Rows scaled = rows.scaled(time);
        return new TimeFrame(
                scaled,
                rows.equals(around) ? scaled : around.scaled(time),
                ZonedSpan.of(period, zone, unit),
                ZonedSpan.of(offset, zone, unit),
                closed,
                advancing);
    }

    @Override
    public Ranges windows(Ranges reused, int group) {
        int from = firstAnchors[group];
        int count = firstAnchors[group + 1] - from;
        if (keepsStarts || !isTame(from, count, group)) {
            return reach(reused, group, from, count);
        }
        return reused.around(times, firstTimes[group], firstTimes[group + 1], anchors, from, count, distance());
    }

    // Constant lengths, and so far from the ends of 64 bits that no sum or difference overflows.
    private boolean isTame(int from, int count, int group) {
        int first = firstTimes[group];
        int end = firstTimes[group + 1];
        return period.isConstant()
                && offset.isConstant()
                && period.units() < FAR
                && offset.units() < FAR
                && (count == 0 || anchors[from] > -FAR && anchors[from + count - 1] < FAR)
                && (first == end || times[first] > -FAR && times[end - 1] < FAR);
    }

    private Ranges.Distance distance() {
        long shift = offset.span().negative() ? -offset.units() : offset.units();
        long low = closed == Closed.LEFT || closed == Closed.BOTH ? 0 : 1;
        long high = closed == Closed.RIGHT || closed == Closed.BOTH ? 1 : 0;
        return new Ranges.Distance(shift + low, (lookBehind ? 0 : shift + period.units()) + high);
    }

    private Ranges reach(Ranges reused, int group, int from, int count) {
        if (starts.length < count) {
            starts = new long[Math.max(count, starts.length * 2)];
            ends = new long[starts.length];
        }
        if (period.isConstant() && offset.isConstant()) {
            constant(from, count);
        } else {
            calendar(from, count);
            if (advancing && count > 0) {
                neverBack(starts, count, Long.MIN_VALUE);
                neverBack(ends, count, times[firstTimes[group]]);
            }
        }
        return reused.times(times, firstTimes[group], firstTimes[group + 1], count, starts, ends);
    }

    /** The same, keeping what {@link #start} gives. */
    TimeFrame keepingStarts() {
        keepsStarts = true;
        return this;
    }

    /** The first time of window number {@code i} out of those made last. */
    long start(int i) {
        return starts[i];
    }

    // A window takes in times at or after its start and before its end: one unit more or less opens or closes an end.
    private void constant(int from, int count) {
        long length = period.units();
        long shift = offset.span().negative() ? -offset.units() : offset.units();
        long low = closed == Closed.LEFT || closed == Closed.BOTH ? 0 : 1;
        long high = closed == Closed.RIGHT || closed == Closed.BOTH ? 1 : 0;
        for (int i = 0; i < count; i++) {
            long start = plus(anchors[from + i], shift);
            starts[i] = plus(start, low);
            ends[i] = plus(lookBehind ? anchors[from + i] : plus(start, length), high);
        }
    }

    private void calendar(int from, int count) {
        long low = closed == Closed.LEFT || closed == Closed.BOTH ? 0 : 1;
        long high = closed == Closed.RIGHT || closed == Closed.BOTH ? 1 : 0;
        for (int i = 0; i < count; i++) {
            long start = offset.add(anchors[from + i]);
            starts[i] = plus(start, low);
            ends[i] = plus(lookBehind ? anchors[from + i] : period.add(start), high);
        }
    }

    // A window that ends by itself before the first row stays there, and so empty, as Polars has it.
    private static void neverBack(long[] edges, int count, long first) {
        long latest = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            latest = Math.max(latest, edges[i]);
            edges[i] = edges[i] > first ? latest : edges[i];
        }
    }

    private static long plus(long time, long distance) {
        long sum = time + distance;
        if (((time ^ sum) & (distance ^ sum)) < 0) {
            return time < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }
}

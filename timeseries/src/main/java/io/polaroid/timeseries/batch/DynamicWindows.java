package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;

/**
 * The windows of one column, counted in its units.
 *
 * <p><b>Source</b> Polars {@code group_by_dynamic}: window i starts at the first one's start plus i times {@code every}.
 */
final class DynamicWindows {
    private final ZonedSpan every;
    private final ZonedSpan period;
    private final ZonedSpan offset;
    private final Closed closed;
    private final StartBy startBy;

    DynamicWindows(ZonedSpan every, ZonedSpan period, ZonedSpan offset, Closed closed, StartBy startBy) {
        this.every = every;
        this.period = period;
        this.offset = offset;
        this.closed = closed;
        this.startBy = startBy;
    }

    /** Whether all windows have one length and one distance, and share no time. */
    boolean areFixedAndDisjoint() {
        if (!every.isConstant() || !period.isConstant()) {
            return false;
        }
        return closed == Closed.BOTH ? period.units() < every.units() : period.units() <= every.units();
    }

    /** Whether the windows of all series start at the same times. */
    boolean shareOneGrid() {
        return startBy == StartBy.WINDOW;
    }

    long everyUnits() {
        return every.units();
    }

    long periodUnits() {
        return period.units();
    }

    Closed closed() {
        return closed;
    }

    long start(long origin, long index) {
        return index == 0 ? origin : every.add(origin, index);
    }

    long end(long start) {
        return period.add(start);
    }

    /** Start of the first window for a series whose first time this is. */
    long firstStart(long time) {
        if (startBy == StartBy.DATAPOINT) {
            return time;
        }
        if (!startBy.isWeekday()) {
            return inFrontOf(time, offset.add(every.truncate(time)));
        }
        Span days = new Span(0, 0, startBy.daysAfterMonday(), 0, false, false);
        return inFrontOf(time, offset.add(every.with(days).add(every.monday(time))));
    }

    // The first window holds the first time or comes before it, so that the time has a chance to be in one.
    private long inFrontOf(long time, long start) {
        ZonedSpan back = every.with(every.span().negated());
        long found = start;
        while (startsAfter(found, time)) {
            boolean open = closed == Closed.RIGHT || closed == Closed.NONE;
            long gap = Math.addExact(Math.subtractExact(found, time), open ? 1 : 0);
            long longest = every.longest();
            long steps = Math.max(1, (gap + longest - 1) / longest);
            found = back.add(found, steps);
        }
        return found;
    }

    private boolean startsAfter(long start, long time) {
        return closed == Closed.LEFT || closed == Closed.BOTH ? start > time : start >= time;
    }

    /** Whether a time that is not before the window's start belongs to it, as far as that start is concerned. */
    boolean isEntered(long time, long start) {
        return closed == Closed.LEFT || closed == Closed.BOTH ? time >= start : time > start;
    }

    /** Whether a time is not yet behind the window's end. */
    boolean isNotLeft(long time, long end) {
        return closed == Closed.RIGHT || closed == Closed.BOTH ? time <= end : time < end;
    }

    /** Takes windows that hold rows. */
    @FunctionalInterface
    interface Reader {
        void window(long start, long end, int from, int to);
    }

    /**
     * Finds the windows of one series that hold rows.
     *
     * @param times ascending
     * @param count how many of them there are; positive
     */
    void forEach(long[] times, int count, Reader reader) {
        var walk = new Walk(firstStart(times[0]), times[count - 1]);
        int row = 0;
        long skip = 0;
        while (walk.next(skip)) {
            while (row < count && !isEntered(times[row], walk.start) && isNotLeft(times[row], walk.end)) {
                row++;
            }
            if (row == count) {
                return;
            }
            if (isEntered(times[row], walk.start) && isNotLeft(times[row], walk.end)) {
                skip = 0;
                reader.window(walk.start, walk.end, row, firstLeft(times, row, count, walk.end));
            } else {
                skip = walk.stepsTo(times[row]);
            }
        }
    }

    private int firstLeft(long[] times, int from, int count, long end) {
        int low = from;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isNotLeft(times[middle], end)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Goes from window to window; each is reached from the first one, so that the end of a short month shifts none after it. */
    private final class Walk {
        private final long firstStart;
        private final long lastTime;
        private long index = -1;
        private long start;
        private long end;

        Walk(long firstStart, long lastTime) {
            this.firstStart = firstStart;
            this.lastTime = lastTime;
        }

        boolean next(long skip) {
            index += skip + 1;
            start = DynamicWindows.this.start(firstStart, index);
            if (start > lastTime) {
                return false;
            }
            end = period.add(start);
            return true;
        }

        /** How many of the next windows surely end before a time. */
        long stepsTo(long time) {
            long gap = time - start;
            long step = every.longest();
            long length = period.longest();
            return gap - length > step ? (gap - length) / step - 1 : 0;
        }
    }
}

package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.operator.Closed;
import java.util.List;

/** Windows within stretches of trading, each starting anew; the last one of a stretch ends with it. */
final class SessionEdges implements DisjointSearch.Edges, GapWindows.Steps {
    /**
     * A stretch of trading.
     *
     * @param open where it starts
     * @param close where it ends
     * @param start lower bound of its first window, which for windows of several stretches is the first one's start
     * @param end upper bound of its last window
     */
    record Stretch(long open, long close, long start, long end) {}

    private final List<Stretch> stretches;
    private final long[] opens;
    private final long[] counts;
    private final long every;
    private final boolean closedLeft;
    private long start;
    private long end;
    private long limit;

    SessionEdges(List<Stretch> stretches, long every, Closed closed) {
        this.stretches = stretches;
        this.every = every;
        this.closedLeft = closed == Closed.LEFT;
        this.opens = stretches.stream().mapToLong(Stretch::open).toArray();
        this.counts = new long[stretches.size() + 1];
        for (int i = 0; i < stretches.size(); i++) {
            Stretch one = stretches.get(i);
            boolean goesOn = i > 0 && stretches.get(i - 1).start() == one.start();
            counts[i + 1] = counts[i] + (goesOn ? 0 : (one.end() - one.start() - 1) / every + 1);
        }
    }

    @Override
    public void first(int group, long time) {
        // Windows are where the sessions are, whatever a series starts with.
    }

    @Override
    public boolean find(int group, long time) {
        int at = stretch(closedLeft ? time : time - 1);
        if (at < 0) {
            return false;
        }
        Stretch in = stretches.get(at);
        boolean open = closedLeft ? time < in.close() : time <= in.close();
        if (!open) {
            return false;
        }
        long steps = ((closedLeft ? time : time - 1) - in.start()) / every;
        start = in.start() + steps * every;
        end = upper(in, start);
        limit = Math.min(end, in.close()) + (closedLeft ? 0 : 1);
        return true;
    }

    /** The last stretch that opens at or before a time; -1 for none. */
    private int stretch(long time) {
        int low = 0;
        int high = opens.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (opens[middle] <= time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private long upper(Stretch in, long from) {
        return in.end() - from <= every ? in.end() : from + every;
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public long limit() {
        return limit;
    }

    @Override
    public long start(long origin, long index) {
        int at = stretch(origin);
        long wanted = counts[firstOf(at)] + (origin - stretches.get(at).start()) / every + index;
        int low = 0;
        int high = stretches.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (counts[middle + 1] <= wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == stretches.size() ? Long.MAX_VALUE : stretches.get(low).start() + (wanted - counts[low]) * every;
    }

    /** The first of the stretches that share their windows with this one. */
    private int firstOf(int stretch) {
        int first = stretch;
        while (first > 0
                && stretches.get(first - 1).start() == stretches.get(stretch).start()) {
            first--;
        }
        return first;
    }

    @Override
    public long end(long from) {
        return upper(stretches.get(stretch(from)), from);
    }
}

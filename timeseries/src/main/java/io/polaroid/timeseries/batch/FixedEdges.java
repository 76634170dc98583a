package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.operator.Closed;

/** Windows of one length at one distance, from where each series' first window starts. */
final class FixedEdges implements DisjointSearch.Edges {
    private final DynamicWindows windows;
    private final long every;
    private final long period;
    private final boolean openStart;
    private final boolean closedEnd;
    private final long[] origins;
    private long start;
    private long end;

    FixedEdges(DynamicWindows windows, int groups) {
        this.windows = windows;
        this.every = windows.everyUnits();
        this.period = windows.periodUnits();
        this.openStart = windows.closed() == Closed.RIGHT || windows.closed() == Closed.NONE;
        this.closedEnd = windows.closed() == Closed.RIGHT || windows.closed() == Closed.BOTH;
        this.origins = new long[groups];
    }

    @Override
    public void first(int group, long time) {
        origins[group] = windows.firstStart(time);
    }

    @Override
    public boolean find(int group, long time) {
        long origin = origins[group];
        long into = Math.subtractExact(time, origin);
        // A window that is open at its start holds the time at which the next one starts.
        long steps = Math.floorDiv(openStart ? into - 1 : into, every);
        start = origin + steps * every;
        end = Math.addExact(start, period);
        return steps >= 0 && windows.isEntered(time, start) && windows.isNotLeft(time, end);
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
        return closedEnd && end < Long.MAX_VALUE ? end + 1 : end;
    }
}

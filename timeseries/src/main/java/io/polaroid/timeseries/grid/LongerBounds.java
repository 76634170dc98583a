package io.polaroid.timeseries.grid;

import io.polaroid.timeseries.time.ZonedSpan;

/** Windows that begin where others do, and are of another length. */
record LongerBounds(BoundsGrid.Bounds of, ZonedSpan period) implements BoundsGrid.Bounds {
    @Override
    public long floor(long time) {
        return of.floor(time);
    }

    @Override
    public long after(long lower) {
        return of.after(lower);
    }

    @Override
    public long before(long lower) {
        return of.before(lower);
    }

    @Override
    public long upper(long lower) {
        return period.add(lower);
    }
}

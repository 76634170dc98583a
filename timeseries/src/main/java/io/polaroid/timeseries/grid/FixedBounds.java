package io.polaroid.timeseries.grid;

/** Windows of one length at one distance. */
record FixedBounds(long every, long period, long origin) implements BoundsGrid.Bounds {
    @Override
    public long floor(long time) {
        return Math.subtractExact(
                time, Math.floorMod(Math.floorMod(time, every) - Math.floorMod(origin, every), every));
    }

    @Override
    public long after(long lower) {
        return lower + every;
    }

    @Override
    public long before(long lower) {
        return lower - every;
    }

    @Override
    public long upper(long lower) {
        return lower + period;
    }
}

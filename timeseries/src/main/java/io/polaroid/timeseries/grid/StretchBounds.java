package io.polaroid.timeseries.grid;

/**
 * Windows that begin anew with each stretch; the last one of a stretch ends with it.
 *
 * @param every their length; {@link Long#MAX_VALUE} for one window per stretch
 */
record StretchBounds(Stretches stretches, long every) implements BoundsGrid.Bounds {
    @Override
    public long floor(long time) {
        long number = stretches.at(time);
        return number == Stretches.NONE ? Grid.NONE_BEFORE : last(number, time);
    }

    private long last(long number, long time) {
        long open = stretches.open(number);
        long within = Math.min(time, stretches.close(number) - 1);
        return open + (within - open) / every * every;
    }

    @Override
    public long after(long lower) {
        if (lower == Grid.NONE_BEFORE) {
            return stretches.first() == Stretches.NONE ? Grid.NONE_AFTER : stretches.open(stretches.first());
        }
        if (lower == Grid.NONE_AFTER) {
            return Grid.NONE_AFTER;
        }
        long number = stretches.at(lower);
        boolean isLast = every >= stretches.close(number) - lower;
        return isLast ? stretches.open(number + 1) : lower + every;
    }

    @Override
    public long before(long lower) {
        return floor(lower - 1);
    }

    @Override
    public long upper(long lower) {
        long close = stretches.close(stretches.at(lower));
        return every >= close - lower ? close : lower + every;
    }

    @Override
    public boolean isHeld(long time) {
        return stretches.isHeld(time);
    }
}

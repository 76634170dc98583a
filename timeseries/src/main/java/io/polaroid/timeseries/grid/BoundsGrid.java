package io.polaroid.timeseries.grid;

import io.polaroid.timeseries.operator.Closed;
import java.util.function.LongConsumer;

/** A grid by the lower and upper bounds of its windows, whichever of them belong to a window or name it. */
final class BoundsGrid implements Grid {
    private final Bounds bounds;
    private final long atStart;
    private final long atEnd;
    private final boolean byUpper;

    /** Where windows begin and end. */
    interface Bounds {
        /** The greatest lower bound at or before a time; {@link Grid#NONE_BEFORE} for none. */
        long floor(long time);

        /** The lower bound after one; {@link Grid#NONE_AFTER} for none. */
        long after(long lower);

        /** The lower bound before one; {@link Grid#NONE_BEFORE} for none. */
        long before(long lower);

        /** The upper bound of the window with this lower one. */
        long upper(long lower);

        /** Whether a time within bounds belongs to a window. */
        default boolean isHeld(long time) {
            return true;
        }
    }

    /**
     * A grid.
     *
     * @param unit the least distance of two times in ns
     * @param byUpper whether windows are known by their upper bounds
     */
    BoundsGrid(Bounds bounds, Closed closed, long unit, boolean byUpper) {
        this.bounds = bounds;
        this.atStart = closed == Closed.RIGHT || closed == Closed.NONE ? unit : 0;
        this.atEnd = closed == Closed.RIGHT || closed == Closed.BOTH ? unit : 0;
        this.byUpper = byUpper;
    }

    private long key(long lower) {
        return byUpper && lower != NONE_AFTER && lower != NONE_BEFORE ? bounds.upper(lower) : lower;
    }

    private long lower(long key) {
        if (!byUpper) {
            return key;
        }
        long lower = bounds.floor(key - 1);
        while (bounds.upper(lower) > key) {
            lower = bounds.before(lower);
        }
        return lower;
    }

    private long end(long lower) {
        return bounds.upper(lower) + atEnd;
    }

    /** The first lower bound whose window ends after a time; the one after the last that could hold it, if none does. */
    private long firstLower(long time) {
        long lower = bounds.floor(time - atStart);
        if (lower == NONE_BEFORE) {
            return bounds.after(NONE_BEFORE);
        }
        if (end(lower) <= time) {
            return bounds.after(lower);
        }
        for (long before = bounds.before(lower);
                before != NONE_BEFORE && end(before) > time;
                before = bounds.before(lower)) {
            lower = before;
        }
        return lower;
    }

    @Override
    public void forEach(long time, LongConsumer key) {
        if (!isHeld(time)) {
            return;
        }
        for (long lower = firstLower(time);
                lower != NONE_AFTER && lower + atStart <= time;
                lower = bounds.after(lower)) {
            key.accept(key(lower));
        }
    }

    @Override
    public long firstEnd(long time) {
        if (!isHeld(time)) {
            return NONE_AFTER;
        }
        long lower = firstLower(time);
        return lower != NONE_AFTER && lower + atStart <= time ? end(lower) : NONE_AFTER;
    }

    @Override
    public long from(long key) {
        return lower(key) + atStart;
    }

    @Override
    public long to(long key) {
        return end(lower(key));
    }

    @Override
    public boolean isHeld(long time) {
        return bounds.isHeld(time - atStart);
    }

    @Override
    public long next(long key) {
        return key(bounds.after(lower(key)));
    }

    @Override
    public long previous(long key) {
        return key(bounds.before(lower(key)));
    }

    @Override
    public long firstEndingAfter(long time) {
        return key(firstLower(time));
    }
}

package io.polaroid.timeseries.aggregate;

/** The value of the first or last row by (time, offset). Offsets are from 0; {@link #NONE} marks that there was no row. */
final class Edge extends Accumulator {
    private static final long NONE = Long.MIN_VALUE;

    private final boolean whole;
    private final boolean last;

    private Edge(boolean whole, boolean last) {
        this.whole = whole;
        this.last = last;
    }

    static Edge first(boolean whole) {
        return new Edge(whole, false);
    }

    static Edge last(boolean whole) {
        return new Edge(whole, true);
    }

    boolean isLast() {
        return last;
    }

    @Override
    int doubles() {
        return whole ? 0 : 1;
    }

    @Override
    int longs() {
        return whole ? 3 : 2;
    }

    @Override
    void reset(Slots state) {
        putLong(state, 0, 0);
        putLong(state, 1, NONE);
        if (whole) {
            putLong(state, 2, 0);
        } else {
            putDouble(state, 0, 0);
        }
    }

    @Override
    void update(Slots state, double number, long value, long timeNanos, long offset) {
        long heldOffset = getLong(state, 1);
        if (heldOffset != NONE) {
            int time = Long.compare(timeNanos, getLong(state, 0));
            int order = time != 0 ? time : Long.compare(offset, heldOffset);
            if (last ? order <= 0 : order >= 0) {
                return;
            }
        }
        putLong(state, 0, timeNanos);
        putLong(state, 1, offset);
        if (whole) {
            putLong(state, 2, value);
        } else {
            putDouble(state, 0, number);
        }
    }

    @Override
    boolean isNull(Slots state) {
        return getLong(state, 1) == NONE;
    }

    @Override
    boolean isWhole() {
        return whole;
    }

    @Override
    double doubleAt(Slots state) {
        return whole ? longAt(state) : getDouble(state, 0);
    }

    @Override
    long longAt(Slots state) {
        return whole ? getLong(state, 2) : (long) getDouble(state, 0);
    }
}

package io.polaroid.timeseries.aggregate;

/** Slots in two arrays. */
public final class ArraySlots implements Slots {
    private final double[] doubles;
    private final long[] longs;

    /** Slots of these sizes, all zero. */
    public ArraySlots(int doubleCount, int longCount) {
        this.doubles = new double[doubleCount];
        this.longs = new long[longCount];
    }

    /** Slots in these arrays. */
    public ArraySlots(double[] doubles, long[] longs) {
        this.doubles = doubles;
        this.longs = longs;
    }

    @Override
    public double doubleAt(int index) {
        return doubles[index];
    }

    @Override
    public void setDouble(int index, double value) {
        doubles[index] = value;
    }

    @Override
    public long longAt(int index) {
        return longs[index];
    }

    @Override
    public void setLong(int index, long value) {
        longs[index] = value;
    }
}

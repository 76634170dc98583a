package io.polaroid.timeseries.aggregate;

/**
 * The running state of an {@link AggregatePlan}: numbered doubles and longs that the caller keeps (arrays in batch, columns
 * of an Arrow table in a stream), so that state survives a restart without the kernels knowing of it.
 */
public interface Slots {
    /** Double slot {@code index}. */
    double doubleAt(int index);

    /** Sets double slot {@code index}. */
    void setDouble(int index, double value);

    /** Long slot {@code index}. */
    long longAt(int index);

    /** Sets long slot {@code index}. */
    void setLong(int index, long value);
}

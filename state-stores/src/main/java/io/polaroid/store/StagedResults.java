package io.polaroid.store;

import io.polaroid.store.column.StagedRows;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.row.Row;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** New results with their slots on the heap, column by column, until they are inserted together. */
public final class StagedResults {
    private final StagedRows cells;
    private final int doubles;
    private final int longs;
    private final int end;
    private final Cells outputs = new Cells();
    private int[] series = {};
    private long[] times = {};
    private long[] sequences = {};
    private boolean[] known = {};

    /**
     * Room for results.
     *
     * @param table result columns, then double slots, then long slots, then others
     * @param doubles position of the first double slot
     * @param longs position of the first long slot
     * @param end position behind the last slot
     */
    public StagedResults(Schema table, int doubles, int longs, int end) {
        this.cells = new StagedRows(new Schema(table.getFields().subList(0, end)));
        this.doubles = doubles;
        this.longs = longs;
        this.end = end;
    }

    /** Makes room for this many results; every cell of each has then to be set. */
    public void reserve(int count) {
        cells.reserve(count);
        if (series.length < count) {
            int capacity = Math.max(64, Math.max(count, series.length * 2));
            series = Arrays.copyOf(series, capacity);
            times = Arrays.copyOf(times, capacity);
            sequences = Arrays.copyOf(sequences, capacity);
            known = Arrays.copyOf(known, capacity);
        }
    }

    /**
     * Sets which result it is, of sequence 0.
     *
     * @param seriesNumber the tier's number of its series
     * @param isKnown whether the tier has a row for it
     */
    public void key(int index, int seriesNumber, long timeNanos, boolean isKnown) {
        key(index, seriesNumber, timeNanos, 0, isKnown);
    }

    /**
     * Sets which result it is.
     *
     * @param seriesNumber the tier's number of its series
     * @param isKnown whether the tier has a row for it
     */
    public void key(int index, int seriesNumber, long timeNanos, long sequence, boolean isKnown) {
        sequences[index] = sequence;
        series[index] = seriesNumber;
        times[index] = timeNanos;
        known[index] = isKnown;
    }

    /** The tier's number of a result's series. */
    public int series(int index) {
        return series[index];
    }

    /** Time of a result. */
    public long timeNanos(int index) {
        return times[index];
    }

    /** Sequence of a result. */
    public long sequence(int index) {
        return sequences[index];
    }

    /** Sequences of the results, from the first one on. */
    public long[] allSequences() {
        return sequences;
    }

    /** Times of the results, from the first one on. */
    public long[] allTimes() {
        return times;
    }

    /** Whether the tier has a row for it. */
    public boolean isKnown(int index) {
        return known[index];
    }

    /** Where to put the outputs of a plan: cells of this result from a column on. A cursor, valid until the next call. */
    public AggregatePlan.Outputs outputs(int index, int firstColumn) {
        outputs.index = index;
        outputs.first = firstColumn;
        return outputs;
    }

    private final class Cells implements AggregatePlan.Outputs {
        private int index;
        private int first;

        @Override
        public void setLong(int output, long value) {
            cells.setLong(index, first + output, value);
        }

        @Override
        public void setDouble(int output, double value) {
            cells.setDouble(index, first + output, value);
        }

        @Override
        public void set(int output, @Nullable Object value) {
            cells.setValue(index, first + output, value);
        }
    }

    /** Sets a result cell. */
    public void set(int index, int column, @Nullable Object value) {
        cells.setValue(index, column, value);
    }

    /** Sets a result cell of a column of whole numbers or times. */
    public void setLong(int index, int column, long value) {
        cells.setLong(index, column, value);
    }

    /** Sets a result cell of a column of floating-point numbers. */
    public void setDouble(int index, int column, double value) {
        cells.setDouble(index, column, value);
    }

    /** Sets all slots from arrays, from these positions on. */
    public void setSlots(int index, double[] from, int firstDouble, long[] whole, int firstLong) {
        for (int column = doubles; column < longs; column++) {
            cells.setDouble(index, column, from[firstDouble + column - doubles]);
        }
        for (int column = longs; column < end; column++) {
            cells.setLong(index, column, whole[firstLong + column - longs]);
        }
    }

    /** Keeps no slots: for a result that no row can change any more. */
    public void clearSlots(int index) {
        for (int column = doubles; column < end; column++) {
            cells.setValue(index, column, null);
        }
    }

    /** A result; a cursor, valid until the next call. */
    public Row result(int index) {
        return cells.at(index);
    }

    /** The cells and slots as rows. */
    public StagedRows rows() {
        return cells;
    }
}

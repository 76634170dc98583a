package io.polaroid.store.result;

import io.polaroid.store.column.ColumnTable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A batch of the logged columns on its way back into the table. A batch holds a row once only. */
final class RestoredBatch {
    private final ResultTable layout;
    private final VectorSchemaRoot batch;
    private final int[] columns;
    private final VarCharVector series;
    private final BigIntVector times;
    private final BigIntVector sequences;
    private final long[] numbers;

    /**
     * A batch.
     *
     * @param columns which columns it has; all cells of the others are null
     */
    RestoredBatch(ResultTable layout, VectorSchemaRoot batch, BitSet columns) {
        this.layout = layout;
        this.batch = batch;
        this.columns = columns.stream().toArray();
        this.series = (VarCharVector) vector(layout.series);
        this.times = (BigIntVector) vector(layout.timeNanos);
        this.sequences = (BigIntVector) vector(layout.sequence);
        this.numbers = new long[batch.getRowCount()];
    }

    private FieldVector vector(int column) {
        return batch.getVector(Arrays.binarySearch(columns, column));
    }

    /** Sets rows that are there, and adds those that are not, neighbours together. */
    void into(ColumnTable table, RowIndex index, KnownSeries known, IntConsumer added) {
        int from = 0;
        for (int i = 0; i < numbers.length; i++) {
            int number = known.number(series.get(i), index);
            numbers[i] = number;
            int row = index.find(number, times.get(i), sequences.get(i));
            if (row >= 0) {
                add(from, i, table, index, added);
                from = i + 1;
                set(row, i, table);
            }
        }
        add(from, numbers.length, table, index, added);
    }

    private void set(int row, int at, ColumnTable table) {
        int next = 0;
        for (int column = 0; column < layout.logged; column++) {
            if (next < columns.length && columns[next] == column) {
                table.setCell(row, column, batch.getVector(next++), at);
            } else {
                table.set(row, column, null);
            }
        }
    }

    private void add(int from, int to, ColumnTable table, RowIndex index, IntConsumer added) {
        int count = to - from;
        if (count == 0) {
            return;
        }
        int first = table.append(count);
        for (int i = 0; i < columns.length; i++) {
            table.setVector(first, columns[i], batch.getVector(i), from, count);
        }
        table.setLongs(first, layout.seriesNumber, numbers, from, count);
        index.reserve(count);
        for (int i = 0; i < count; i++) {
            index.put(first + i, (int) numbers[from + i], times.get(from + i), sequences.get(from + i));
            added.accept(first + i);
        }
    }
}

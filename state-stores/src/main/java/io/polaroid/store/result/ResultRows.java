package io.polaroid.store.result;

import io.polaroid.store.StagedResults;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.IntArray;
import io.polaroid.store.column.TableRow;
import io.polaroid.timeseries.row.Row;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.IntConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result tier in memory: upserted by (series, time, sequence), with the list of what changed. Rows before the
 * horizon are gone for every question; they leave memory when a quarter of the table is of their kind.
 */
final class ResultRows implements AutoCloseable {
    private final ResultTable layout;
    private final ColumnTable table;
    private final RowIndex index;
    private final TableRow cursor;
    private final RowSlots slots;
    private final BitSet changed = new BitSet();
    private final IntArray changes = new IntArray();
    private long horizon = Long.MIN_VALUE;

    ResultRows(ResultTable layout, BufferAllocator allocator) {
        this.layout = layout;
        this.table = layout.open(allocator);
        this.index = new RowIndex(layout, table);
        this.cursor = table.cursor();
        this.slots = new RowSlots(layout, table, this::markChanged);
    }

    ColumnTable table() {
        return table;
    }

    Row result(int row) {
        return cursor.at(row);
    }

    boolean isProvisional(int row) {
        return table.isNull(row, layout.revision);
    }

    long sequence(int row) {
        return table.longAt(row, layout.sequence);
    }

    boolean hasChanges() {
        return changes.size() > 0;
    }

    RowSlots slots(int row) {
        return slots.at(row);
    }

    long horizon() {
        return horizon;
    }

    int find(String series, long timeNanos, long sequence) {
        return timeNanos < horizon ? -1 : index.find(series, timeNanos, sequence);
    }

    int insert(String series, long timeNanos, long sequence) {
        if (timeNanos < horizon) {
            throw new IllegalArgumentException("a result at " + timeNanos + " ns is before " + horizon
                    + " ns, up to where results have expired; rows for it are late");
        }
        int row = index.add(series, timeNanos, sequence);
        for (int column = layout.doubles; column < layout.series; column++) {
            table.setLong(row, column, 0);
        }
        markChanged(row);
        return row;
    }

    /** Gives the number of the first; the others follow. */
    int insertAll(StagedResults staged, String[] series, int count, long timeNanos) {
        if (timeNanos < horizon) {
            throw new IllegalArgumentException("results at " + timeNanos + " ns are before " + horizon
                    + " ns, up to where results have expired; rows for them are late");
        }
        int first = table.append(count);
        table.setStaged(first, staged.rows(), 0, count, layout.series);
        index.addAll(first, series, count, timeNanos);
        for (int row = first; row < first + count; row++) {
            markChanged(row);
        }
        return first;
    }

    String series(int row) {
        return index.series(row);
    }

    long timeNanos(int row) {
        return table.longAt(row, layout.timeNanos);
    }

    void set(int row, int column, @Nullable Object value) {
        if (column < 0 || column >= layout.resultColumns) {
            throw new IllegalArgumentException("column " + column + " is not one of " + layout.resultColumns);
        }
        table.set(row, column, value);
        markChanged(row);
    }

    void readSlots(int row, double[] doubles, int firstDouble, long[] longs, int firstLong) {
        for (int column = layout.doubles; column < layout.longs; column++) {
            doubles[firstDouble + column - layout.doubles] = table.doubleAt(row, column);
        }
        for (int column = layout.longs; column < layout.series; column++) {
            longs[firstLong + column - layout.longs] = table.longAt(row, column);
        }
    }

    void writeSlots(int row, double[] doubles, int firstDouble, long[] longs, int firstLong) {
        for (int column = layout.doubles; column < layout.longs; column++) {
            table.setDouble(row, column, doubles[firstDouble + column - layout.doubles]);
        }
        for (int column = layout.longs; column < layout.series; column++) {
            table.setLong(row, column, longs[firstLong + column - layout.longs]);
        }
        markChanged(row);
    }

    private void markChanged(int row) {
        if (!changed.get(row)) {
            changed.set(row);
            changes.add(row);
        }
    }

    boolean isLive(int row) {
        return timeNanos(row) >= horizon;
    }

    void forEachRow(IntConsumer action) {
        int end = table.rows();
        for (int row = 0; row < end; row++) {
            if (isLive(row)) {
                action.accept(row);
            }
        }
    }

    void forEachChanged(IntConsumer action) {
        for (int i = 0; i < changes.size(); i++) {
            if (isLive(changes.get(i))) {
                action.accept(changes.get(i));
            }
        }
    }

    void clearChanges() {
        changes.clear();
        changed.clear();
    }

    /** Hides rows before this time, if that is later than the horizon so far. */
    void expireBefore(long timeNanos) {
        horizon = Math.max(horizon, timeNanos);
    }

    /** Frees hidden rows; gives each row's new number, -1 where freed. */
    int[] compact() {
        int[] moved = table.compact(this::isLive);
        index.rebuild();
        changes.renumber(moved);
        changed.clear();
        changes.forEach(changed::set);
        return moved;
    }

    /** Sets a row from a batch of the logged columns; gives its number. */
    int upsert(VectorSchemaRoot batch, int batchRow) {
        String series =
                new String(((VarCharVector) batch.getVector(layout.series)).get(batchRow), StandardCharsets.UTF_8);
        long timeNanos = ((BigIntVector) batch.getVector(layout.timeNanos)).get(batchRow);
        long sequence = ((BigIntVector) batch.getVector(layout.sequence)).get(batchRow);
        int row = index.find(series, timeNanos, sequence);
        if (row < 0) {
            row = index.add(series, timeNanos, sequence);
        }
        table.setRow(row, batch, batchRow);
        return row;
    }

    @Override
    public void close() {
        table.close();
    }
}

package io.polaroid.store.result;

import io.polaroid.store.StagedResults;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.IntArray;
import io.polaroid.store.column.TableRow;
import io.polaroid.store.query.SeriesNames;
import io.polaroid.store.spill.Spill;
import io.polaroid.timeseries.row.Row;
import java.util.BitSet;
import java.util.HashMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result tier in memory: upserted by (series, time, sequence), with the list of what changed. Rows before the
 * horizon are gone for every question; they leave, chunk by chunk, when a quarter of the table is of their kind.
 */
final class ResultRows implements AutoCloseable {
    private final ResultTable layout;
    private final ColumnTable table;
    private final RowIndex index;
    private final TableRow cursor;
    private final RowSlots slots;
    private final KnownSeries restored = new KnownSeries();
    private final BitSet changed = new BitSet();
    private final IntArray changes = new IntArray();
    private long horizon = Long.MIN_VALUE;

    ResultRows(ResultTable layout, BufferAllocator allocator, Spill spill) {
        this.layout = layout;
        this.table = layout.open(allocator);
        this.index = new RowIndex(layout, table, spill);
        this.cursor = table.cursor();
        this.slots = new RowSlots(layout, table, this::markChanged);
    }

    ColumnTable table() {
        return table;
    }

    /** Names of the series by number. */
    SeriesNames names() {
        return index.names();
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

    int seriesNumber(String series) {
        return index.number(series);
    }

    /** Told of each row that is new. */
    @FunctionalInterface
    interface Inserted {
        void accept(int row, long timeNanos);
    }

    /** Sets rows that are there, and adds those that are not, neighbours together. */
    void upsertAll(StagedResults staged, int count, Inserted inserted) {
        int from = 0;
        for (int i = 0; i <= count; i++) {
            if (i < count && !staged.isKnown(i)) {
                continue;
            }
            addAll(staged, from, i - from, inserted);
            from = i + 1;
            if (i < count) {
                update(staged, i);
            }
        }
    }

    private void addAll(StagedResults staged, int from, int count, Inserted inserted) {
        if (count == 0) {
            return;
        }
        int first = table.append(count);
        table.setStaged(first, staged.rows(), from, count, layout.series);
        index.addAll(first, staged, from, count);
        for (int i = 0; i < count; i++) {
            long time = staged.timeNanos(from + i);
            if (time < horizon) {
                throw new IllegalArgumentException("a result at " + time + " ns is before " + horizon
                        + " ns, up to where results have expired; rows for it are late");
            }
            markChanged(first + i);
            inserted.accept(first + i, time);
        }
    }

    private void update(StagedResults staged, int at) {
        int row = index.find(staged.series(at), staged.timeNanos(at), staged.sequence(at));
        if (row < 0) {
            throw new IllegalStateException("no row for a result of " + index.name(staged.series(at)) + " at "
                    + staged.timeNanos(at) + " ns, which was there");
        }
        table.updateStaged(row, staged.rows(), at, layout.series);
        markChanged(row);
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

    boolean hasSlots(int row) {
        return layout.doubles == layout.series || !table.isNull(row, layout.doubles);
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

    /**
     * Frees chunks in which few rows or none are live, and moves those to newer chunks.
     *
     * @return the new number of an old row, -1 where freed
     */
    IntUnaryOperator drop() {
        var dead = new BitSet();
        var moves = new HashMap<Integer, Integer>();
        int full = table.fullChunks();
        for (int chunk = 0; chunk < full; chunk++) {
            int first = chunk * ColumnTable.CHUNK_ROWS;
            if (table.greatestTime(chunk, layout.timeNanos) < horizon) {
                dead.set(chunk);
            } else if (live(first) * 4 < ColumnTable.CHUNK_ROWS) {
                dead.set(chunk);
                for (int row = first; row < first + ColumnTable.CHUNK_ROWS; row++) {
                    if (isLive(row)) {
                        moves.put(row, table.move(row));
                    }
                }
            }
        }
        IntUnaryOperator places = table.drop(dead);
        IntUnaryOperator moved = row -> places.applyAsInt(moves.getOrDefault(row, row));
        index.rebuild(this::isLive);
        changes.renumber(moved);
        changed.clear();
        changes.forEach(changed::set);
        return moved;
    }

    private int live(int first) {
        int live = 0;
        for (int row = first; row < first + ColumnTable.CHUNK_ROWS; row++) {
            live += isLive(row) ? 1 : 0;
        }
        return live;
    }

    /** Goes on from rows that were read from disk. */
    void load(long newHorizon) {
        horizon = newHorizon;
        index.load(this::isLive);
    }

    /** About how much of the heap it takes beside the rows themselves. */
    long heapBytes() {
        return index.heapBytes() + changes.capacity() * 5L;
    }

    /** The changelog has been read, for now. */
    void endRestore() {
        restored.clear();
    }

    /** Moves what finds rows out of memory. */
    void spill() {
        index.spill();
    }

    /** Sets rows from a batch, and adds those that are not there; {@code added} is told of these. */
    void restore(RestoredBatch batch, IntConsumer added) {
        batch.into(table, index, restored, added);
    }

    @Override
    public void close() {
        table.close();
    }
}

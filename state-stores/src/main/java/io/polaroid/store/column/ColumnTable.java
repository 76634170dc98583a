package io.polaroid.store.column;

import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A growing table of Arrow columns. Rows have numbers that stay until {@link #compact}; a new row is all null.
 *
 * <p><b>Owns</b> its chunks, from the allocator given (which it does not close). <b>Thread</b> one writer; {@link #view} makes
 * what other threads may read. <b>Cost</b> append and cell access are constant; the first write to a chunk that a view shares
 * copies that chunk (4,096 rows), unless the row is newer than the view.
 */
public final class ColumnTable implements AutoCloseable {
    private final Schema schema;
    private final CellKind[] kinds;
    private final BufferAllocator allocator;
    private List<Chunk> chunks = new ArrayList<>();
    private int rows;
    private int seen;

    /**
     * An empty table.
     *
     * @throws IllegalArgumentException for a column type that rows cannot have
     */
    public ColumnTable(Schema schema, BufferAllocator allocator) {
        this.schema = schema;
        this.allocator = allocator;
        this.kinds = schema.getFields().stream().map(CellKind::of).toArray(CellKind[]::new);
    }

    /** Its columns. */
    public Schema schema() {
        return schema;
    }

    /** How many rows it has. */
    public int rows() {
        return rows;
    }

    /** Adds a row of nulls. */
    public int append() {
        if (rows == chunks.size() << Chunk.SHIFT) {
            chunks.add(Chunk.allocate(schema.getFields(), allocator));
        }
        return rows++;
    }

    /** Adds rows of nulls; gives the number of the first. */
    public int append(int count) {
        int first = rows;
        while (rows + count > chunks.size() << Chunk.SHIFT) {
            chunks.add(Chunk.allocate(schema.getFields(), allocator));
        }
        rows += count;
        return first;
    }

    /** Sets the first {@code columns} cells of {@code count} rows that were just appended. */
    public void setStaged(int first, StagedRows source, int from, int count, int columns) {
        forEachStretch(first, count, (chunk, start, length, at) -> {
            for (int column = 0; column < columns; column++) {
                chunk.columns[column].setStaged(start, source.column(column), from + at, length);
            }
        });
    }

    /** Sets one column of {@code count} rows that were just appended; it is one of whole numbers. */
    public void setLongs(int first, int column, long[] values, int from, int count) {
        forEachStretch(first, count, (chunk, start, length, at) ->
                chunk.columns[column].setLongs(start, values, from + at, length));
    }

    /** Sets one column of {@code count} rows that were just appended; it is one of texts. */
    public void setTexts(int first, int column, String[] values, int count) {
        for (int i = 0; i < count; i++) {
            int row = first + i;
            chunks.get(row >> Chunk.SHIFT).columns[column].setValue(row & Chunk.MASK, values[i]);
        }
    }

    /** Sets one column of {@code count} rows that were just appended to one whole number. */
    public void setConstant(int first, int column, long value, int count) {
        for (int row = first; row < first + count; row++) {
            chunks.get(row >> Chunk.SHIFT).columns[column].setLong(row & Chunk.MASK, value);
        }
    }

    @FunctionalInterface
    private interface Stretch {
        void accept(Chunk chunk, int start, int length, int at);
    }

    private void forEachStretch(int first, int count, Stretch action) {
        int done = 0;
        while (done < count) {
            int row = first + done;
            int length = Math.min(count - done, Chunk.ROWS - (row & Chunk.MASK));
            action.accept(chunks.get(row >> Chunk.SHIFT), row & Chunk.MASK, length, done);
            done += length;
        }
    }

    /** Whether the cell is null. */
    public boolean isNull(int row, int column) {
        return cell(row, column).isNull(row & Chunk.MASK);
    }

    /** A number, 0 where null. */
    public long longAt(int row, int column) {
        return cell(row, column).longAt(row & Chunk.MASK);
    }

    /** A number, 0 where null. */
    public double doubleAt(int row, int column) {
        return cell(row, column).doubleAt(row & Chunk.MASK);
    }

    /** A cell as {@link Row#valueAt} gives it. */
    public @Nullable Object valueAt(int row, int column) {
        return cell(row, column).valueAt(row & Chunk.MASK);
    }

    /** Sets a cell of an Int, Timestamp, Date, Time or Float column. */
    public void setLong(int row, int column, long value) {
        writable(row, column).setLong(row & Chunk.MASK, value);
    }

    /** Sets a cell of a Float column. */
    public void setDouble(int row, int column, double value) {
        writable(row, column).setDouble(row & Chunk.MASK, value);
    }

    /** Sets a cell from its boxed form; null clears it. */
    public void set(int row, int column, @Nullable Object value) {
        writable(row, column).setValue(row & Chunk.MASK, value);
    }

    /** Sets the first {@code columns} cells of a row from another row of the same column types. */
    public void setRow(int row, Row source, int columns) {
        for (int column = 0; column < columns; column++) {
            if (source.isNull(column)) {
                set(row, column, null);
                continue;
            }
            switch (kinds[column]) {
                case INT8, INT16, INT32, INT64 -> setLong(row, column, source.longAt(column));
                case FLOAT32, FLOAT64 -> setDouble(row, column, source.doubleAt(column));
                case BOOL, DECIMAL128, DECIMAL256, TEXT, BYTES -> set(row, column, source.valueAt(column));
            }
        }
    }

    /** Sets the first cells of a row from row {@code sourceRow} of a root whose columns are this table's first ones. */
    public void setRow(int row, VectorSchemaRoot source, int sourceRow) {
        for (int column = 0; column < source.getFieldVectors().size(); column++) {
            writable(row, column).copyFrom(source.getVector(column), sourceRow, row & Chunk.MASK);
        }
    }

    /** A new cursor over its rows. */
    public TableRow cursor() {
        return new TableRow(this);
    }

    /** The rows as they are now, safe to read from any thread; the caller releases it. */
    public TableView view() {
        seen = rows;
        return new TableView(schema, chunks.toArray(Chunk[]::new), rows);
    }

    /** Copies selected rows of the first {@code columns} columns into vectors that the caller owns. */
    public VectorSchemaRoot copy(RowRuns selection, int columns, BufferAllocator target) {
        return TableCopy.copy(schema.getFields().subList(0, columns), chunks.toArray(Chunk[]::new), selection, target);
    }

    /**
     * Drops the rows that are not wanted and moves the others together, in their order.
     *
     * @return the new number of each old row, -1 where dropped
     */
    public int[] compact(IntPredicate keep) {
        int[] moved = new int[rows];
        var kept = new RowRuns();
        for (int row = 0; row < rows; row++) {
            if (keep.test(row)) {
                moved[row] = kept.rows();
                kept.add(row);
            } else {
                moved[row] = -1;
            }
        }
        List<Chunk> old = chunks;
        List<Chunk> fresh = new ArrayList<>();
        try {
            rewrite(old, fresh, kept);
        } catch (RuntimeException e) {
            fresh.forEach(Chunk::release);
            throw e;
        }
        chunks = fresh;
        rows = kept.rows();
        seen = 0;
        old.forEach(Chunk::release);
        return moved;
    }

    private void rewrite(List<Chunk> old, List<Chunk> fresh, RowRuns kept) {
        kept.forEachStretch((chunk, start, length, at) -> {
            int done = 0;
            while (done < length) {
                int to = at + done;
                if (to == fresh.size() << Chunk.SHIFT) {
                    fresh.add(Chunk.allocate(schema.getFields(), allocator));
                }
                int part = Math.min(length - done, Chunk.ROWS - (to & Chunk.MASK));
                fresh.get(to >> Chunk.SHIFT).copyFrom(old.get(chunk), start + done, part, to & Chunk.MASK);
                done += part;
            }
        });
    }

    /** Frees what no view holds. Closing twice does nothing. */
    @Override
    public void close() {
        chunks.forEach(Chunk::release);
        chunks = new ArrayList<>();
        rows = 0;
        seen = 0;
    }

    private Column cell(int row, int column) {
        return chunks.get(row >> Chunk.SHIFT).columns[column];
    }

    private Column writable(int row, int column) {
        int number = row >> Chunk.SHIFT;
        Chunk chunk = chunks.get(number);
        if (row < seen && chunk.isShared()) {
            Chunk copy = chunk.copy(Math.min(Chunk.ROWS, rows - (number << Chunk.SHIFT)), fields(), allocator);
            chunks.set(number, copy);
            chunk.release();
            chunk = copy;
        }
        return chunk.columns[column];
    }

    private List<Field> fields() {
        return schema.getFields();
    }

    @Override
    public String toString() {
        return rows + " rows of " + Arrays.toString(kinds);
    }
}

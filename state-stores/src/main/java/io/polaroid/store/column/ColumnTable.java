package io.polaroid.store.column;

import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A growing table of Arrow columns. Rows have numbers that stay until {@link #drop}; a new row is all null. Rows lie in chunks
 * of {@value #CHUNK_ROWS}; a full chunk may be in memory or in a mapped file ({@link #adopt}).
 *
 * <p><b>Owns</b> its chunks, from the allocator given (which it does not close). <b>Thread</b> one writer; {@link #view} makes
 * what other threads may read. <b>Cost</b> append and cell access are constant; the first write to a chunk that a view shares
 * copies that chunk, unless the row is newer than the view; so does the first write to a mapped one.
 */
public final class ColumnTable implements AutoCloseable {
    /** Rows of a chunk, the unit in which rows go to disk and leave. */
    public static final int CHUNK_ROWS = Chunk.ROWS;

    private final Schema schema;
    private final CellKind[] kinds;
    private final BufferAllocator allocator;
    private List<Chunk> chunks = new ArrayList<>();
    private int rows;
    private int seen;
    private int captures;

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
        forEachStretch(
                first,
                count,
                (chunk, start, length, at) -> chunk.columns[column].setLongs(start, values, from + at, length));
    }

    /** Sets one column of {@code count} rows that were just appended; it is one of texts. */
    public void setTexts(int first, int column, String[] values, int count) {
        for (int i = 0; i < count; i++) {
            int row = first + i;
            chunks.get(row >> Chunk.SHIFT).columns[column].setValue(row & Chunk.MASK, values[i]);
        }
    }

    /** Sets one cell of a row that was just appended; it is one of texts. */
    public void setText(int row, int column, String value) {
        chunks.get(row >> Chunk.SHIFT).columns[column].setValue(row & Chunk.MASK, value);
    }

    /** Sets one column of {@code count} rows that were just appended to one whole number. */
    public void setConstant(int first, int column, long value, int count) {
        forEachStretch(
                first, count, (chunk, start, length, at) -> chunk.columns[column].setConstant(start, value, length));
    }

    /** Sets the first {@code columns} cells of any row. */
    public void updateStaged(int row, StagedRows source, int at, int columns) {
        for (int column = 0; column < columns; column++) {
            Column cells = writable(row, column);
            if (source.column(column).nulls[at]) {
                cells.setNull(row & Chunk.MASK);
            } else {
                cells.setStaged(row & Chunk.MASK, source.column(column), at, 1);
            }
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

    /** Compares the bytes of a cell of bytes or text, unsigned, with others. */
    public int compareBytes(int row, int column, byte[] other) {
        return cell(row, column).compareBytes(row & Chunk.MASK, other);
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

    /** Sets a cell from a cell of a vector of its field's type. */
    public void setCell(int row, int column, FieldVector source, int sourceRow) {
        writable(row, column).copyFrom(source, sourceRow, row & Chunk.MASK);
    }

    /** A new cursor over its rows. */
    public TableRow cursor() {
        return new TableRow(this);
    }

    /** The rows as they are now, safe to read from any thread; the caller releases it. */
    public TableView view() {
        seen = rows;
        return new TableView(schema, chunks.toArray(Chunk[]::new), rows, captures);
    }

    /** Begins a new stretch of time for {@link TableView#isQuiet}. */
    public void markCapture() {
        captures++;
    }

    /** Copies selected rows of the first {@code columns} columns into vectors that the caller owns. */
    public VectorSchemaRoot copy(RowRuns selection, int columns, BufferAllocator target) {
        return TableCopy.copy(schema.getFields().subList(0, columns), chunks.toArray(Chunk[]::new), selection, target);
    }

    /** Adds a batch of a file behind the rows so far, which must fill their chunks; mapped if it is full, else copied. */
    public void load(MappedBatch batch, boolean mapped) {
        if ((rows & Chunk.MASK) != 0) {
            throw new IllegalStateException("a batch goes behind full chunks only, not behind row " + rows);
        }
        Chunk onDisk = Chunk.mapped(batch);
        chunks.add(mapped && batch.isFull() ? onDisk : onDisk.copy(batch.rows(), schema.getFields(), allocator));
        rows += batch.rows();
    }

    /**
     * Takes the rows of a file in the place of a chunk that a view showed, unless that chunk has been written since.
     *
     * @return whether it was taken
     */
    public boolean adopt(TableView view, int chunk, MappedBatch batch) {
        int at = chunks.indexOf(view.chunk(chunk));
        if (at < 0) {
            return false;
        }
        chunks.set(at, Chunk.mapped(batch)).release();
        return true;
    }

    /** Which of the first {@code columns} columns have a cell in these rows that is not null. */
    public BitSet used(RowRuns selection, int columns) {
        return TableCopy.used(columns, chunks.toArray(Chunk[]::new), selection);
    }

    /** Copies selected rows of some columns into vectors that the caller owns. */
    public VectorSchemaRoot copy(RowRuns selection, BitSet columns, BufferAllocator target) {
        return TableCopy.copy(schema.getFields(), columns, chunks.toArray(Chunk[]::new), selection, target);
    }

    /** Sets one column of {@code count} rows that were just appended from a vector of its field's type. */
    public void setVector(int first, int column, FieldVector source, int from, int count) {
        forEachStretch(
                first,
                count,
                (chunk, start, length, at) -> chunk.columns[column].copyFrom(source, from + at, start, length));
    }

    /** How many chunks are full. */
    public int fullChunks() {
        return rows >> Chunk.SHIFT;
    }

    /**
     * How many full chunks are in memory.
     *
     * @param evenBusy whether to count those too that were written since the capture before
     */
    public int fullInMemory(boolean evenBusy) {
        int count = 0;
        for (int i = 0; i < fullChunks(); i++) {
            Chunk chunk = chunks.get(i);
            if (!chunk.isMapped() && (evenBusy || chunk.written < captures)) {
                count++;
            }
        }
        return count;
    }

    /** Takes each chunk that is mapped, with its number and its place. */
    public void forEachPlace(BiConsumer<Integer, ChunkPlace> action) {
        for (int i = 0; i < chunks.size(); i++) {
            ChunkPlace place = chunks.get(i).place();
            if (place != null) {
                action.accept(i, place);
            }
        }
    }

    /** Whether a row is on disk. */
    public boolean isMapped(int row) {
        return chunks.get(row >> Chunk.SHIFT).isMapped();
    }

    /** The greatest number in the column of event times of a full chunk; that column is not written again. */
    public long greatestTime(int chunk, int column) {
        Chunk full = chunks.get(chunk);
        if (full.greatest == null) {
            long greatest = Long.MIN_VALUE;
            for (int i = 0; i < Chunk.ROWS; i++) {
                greatest = Math.max(greatest, full.columns[column].longAt(i));
            }
            full.greatest = greatest;
        }
        return full.greatest;
    }

    /** Adds a copy of a row, so that its chunk can be dropped; gives the copy's number. */
    public int move(int row) {
        int copy = append();
        Chunk target = chunks.get(copy >> Chunk.SHIFT);
        target.written = captures;
        target.copyFrom(chunks.get(row >> Chunk.SHIFT), row & Chunk.MASK, 1, copy & Chunk.MASK);
        return copy;
    }

    /**
     * Drops full chunks. Rows behind them move up.
     *
     * @return the new number of an old row, -1 where dropped
     */
    public IntUnaryOperator drop(BitSet dead) {
        int[] places = new int[chunks.size()];
        List<Chunk> left = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            if (dead.get(i) && i < fullChunks()) {
                places[i] = -1;
                chunks.get(i).release();
            } else {
                places[i] = left.size();
                left.add(chunks.get(i));
            }
        }
        rows -= (chunks.size() - left.size()) << Chunk.SHIFT;
        chunks = left;
        seen = rows;
        return row -> {
            int place = places[row >> Chunk.SHIFT];
            return place < 0 ? -1 : (place << Chunk.SHIFT) + (row & Chunk.MASK);
        };
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
        if (chunk.isMapped() || row < seen && chunk.isShared()) {
            Chunk copy = chunk.copy(Math.min(Chunk.ROWS, rows - (number << Chunk.SHIFT)), fields(), allocator);
            chunks.set(number, copy);
            chunk.release();
            chunk = copy;
        }
        chunk.written = captures;
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

package io.polaroid.store.column;

import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The cells of one column in one chunk; cells start as null. */
sealed interface Column extends AutoCloseable permits FixedColumn, VariableColumn, MappedColumn {
    static Column of(Field field, int capacity, BufferAllocator allocator) {
        CellKind kind = CellKind.of(field);
        return kind.isVariable()
                ? new VariableColumn(kind, capacity, allocator)
                : new FixedColumn(field, kind, capacity, allocator);
    }

    CellKind kind();

    boolean isNull(int index);

    long longAt(int index);

    double doubleAt(int index);

    @Nullable
    Object valueAt(int index);

    void setNull(int index);

    void setLong(int index, long value);

    void setDouble(int index, double value);

    /** Sets a boxed cell as {@link io.polaroid.timeseries.row.Row#valueAt} gives it. */
    void setValue(int index, @Nullable Object value);

    /** Sets {@code length} cells, none of which was set before. */
    void setStaged(int at, StagedRows.Staged source, int from, int length);

    /** Sets {@code length} cells of a column of whole numbers, none of which was set before. */
    void setLongs(int at, long[] values, int from, int length);

    /** Sets {@code length} cells of a column of whole numbers, none of which was set before, to one number. */
    void setConstant(int at, long value, int length);

    /** Copies {@code length} cells of a column of the same kind. */
    void copyFrom(Column source, int start, int length, int at);

    /** Copies one cell of a vector of the column's own field type. */
    void copyFrom(FieldVector source, int row, int at);

    /** Copies {@code length} cells of such a vector, where none was set before. */
    default void copyFrom(FieldVector source, int row, int at, int length) {
        for (int i = 0; i < length; i++) {
            copyFrom(source, row + i, at + i);
        }
    }

    /** Whether any of these cells is not null. */
    default boolean hasAny(int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (!isNull(i)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The same cells for a reader, who closes them: nothing is copied, and they outlive this column. Cells that are there now
     * must not be written any more.
     */
    Column lend(BufferAllocator reader);

    /**
     * The buffers of the first {@code rows} cells as Arrow lays them out, if this column does; the caller closes them.
     *
     * @param rows a number that fills bytes of a bitmap, so that the bytes are not written any more
     */
    Optional<ArrowCells> laidOut(int rows, BufferAllocator reader);

    /** Of a column that was lent: bytes that are there for its reader alone, since the store has let go of them. */
    long leftOver();

    /** Copies cells out; the vector has room for them and gets its value count from the caller. */
    void copyTo(FieldVector target, int start, int length, int at);

    /** Compares the bytes of a cell, unsigned, with others; for a column of bytes or text. */
    default int compareBytes(int index, byte[] other) {
        throw new IllegalStateException("a column of " + kind() + " has no bytes");
    }

    /** Bytes that these cells take in a variable-width vector, 0 for other columns. */
    long variableBytes(int start, int length);

    @Override
    void close();
}

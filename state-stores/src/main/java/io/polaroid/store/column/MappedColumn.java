package io.polaroid.store.column;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** A column of a file: it is read in place and never written; a table that has to write copies the chunk first. */
sealed interface MappedColumn extends Column permits MappedFixed, MappedVariable {
    private static IllegalStateException readOnly() {
        return new IllegalStateException("a mapped column is not written");
    }

    @Override
    default void setNull(int index) {
        throw readOnly();
    }

    @Override
    default void setLong(int index, long value) {
        throw readOnly();
    }

    @Override
    default void setDouble(int index, double value) {
        throw readOnly();
    }

    @Override
    default void setValue(int index, @Nullable Object value) {
        throw readOnly();
    }

    @Override
    default void setStaged(int at, StagedRows.Staged source, int from, int length) {
        throw readOnly();
    }

    @Override
    default void setLongs(int at, long[] values, int from, int length) {
        throw readOnly();
    }

    @Override
    default void setConstant(int at, long value, int length) {
        throw readOnly();
    }

    @Override
    default void copyFrom(Column source, int start, int length, int at) {
        throw readOnly();
    }

    @Override
    default void copyFrom(FieldVector source, int row, int at) {
        throw readOnly();
    }

    /** It is not written, and its file stays mapped as long as it is referred to. */
    @Override
    default Column lend(BufferAllocator reader) {
        return this;
    }

    /** Mapped memory is the page cache's. */
    @Override
    default long leftOver() {
        return 0;
    }

    @Override
    default void close() {}
}

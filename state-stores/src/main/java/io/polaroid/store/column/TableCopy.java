package io.polaroid.store.column;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/** Copies rows of chunks into vectors. */
final class TableCopy {
    private TableCopy() {}

    /** The selected rows of the chunks' first columns; the caller closes the root. */
    static VectorSchemaRoot copy(List<Field> fields, Chunk[] chunks, RowRuns selection, BufferAllocator allocator) {
        var all = new BitSet();
        all.set(0, fields.size());
        return copy(fields, all, chunks, selection, allocator);
    }

    /** The selected rows of some of the columns; the caller closes the root. */
    static VectorSchemaRoot copy(
            List<Field> fields, BitSet chosen, Chunk[] chunks, RowRuns selection, BufferAllocator allocator) {
        List<FieldVector> vectors = new ArrayList<>();
        List<Field> copied = new ArrayList<>();
        try {
            for (int column = chosen.nextSetBit(0); column >= 0; column = chosen.nextSetBit(column + 1)) {
                vectors.add(column(fields.get(column), column, chunks, selection, allocator));
                copied.add(fields.get(column));
            }
            return new VectorSchemaRoot(List.copyOf(copied), vectors, selection.rows());
        } catch (RuntimeException e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
    }

    /** The selected cells of a column, which the caller closes. */
    static FieldVector column(Field field, int column, Chunk[] chunks, RowRuns selection, BufferAllocator allocator) {
        FieldVector vector = field.createVector(allocator);
        try {
            fill(vector, column, chunks, selection);
            return vector;
        } catch (RuntimeException e) {
            vector.close();
            throw e;
        }
    }

    /** Which of the first columns have a cell in the selection that is not null. */
    static BitSet used(int columns, Chunk[] chunks, RowRuns selection) {
        var used = new BitSet();
        for (int column = 0; column < columns; column++) {
            int at = column;
            selection.forEachStretch((chunk, start, length, to) -> {
                if (!used.get(at) && chunks[chunk].columns[at].hasAny(start, length)) {
                    used.set(at);
                }
            });
        }
        return used;
    }

    private static void fill(FieldVector vector, int column, Chunk[] chunks, RowRuns selection) {
        switch (vector) {
            case BaseFixedWidthVector fixed -> fixed.allocateNew(selection.rows());
            case BaseVariableWidthVector variable -> {
                long[] bytes = {0};
                selection.forEachStretch((chunk, start, length, at) ->
                        bytes[0] += chunks[chunk].columns[column].variableBytes(start, length));
                variable.allocateNew(bytes[0], selection.rows());
            }
            default -> throw new IllegalStateException("vector " + vector.getClass());
        }
        selection.forEachStretch(
                (chunk, start, length, at) -> chunks[chunk].columns[column].copyTo(vector, start, length, at));
        if (vector instanceof BaseVariableWidthVector variable) {
            variable.setLastSet(selection.rows() - 1);
        }
        vector.setValueCount(selection.rows());
    }
}

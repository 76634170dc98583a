package io.polaroid.timeseries.column;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table in the making: makes columns, owns them until {@link #table} hands them over, and closes them if it never comes to that.
 *
 * <p>Use in a try block: {@code try (Made made = Made.with(allocator)) { …; return made.table(rows); }}.
 */
public final class Made implements AutoCloseable {
    private final BufferAllocator allocator;
    private final List<FieldVector> columns = new ArrayList<>();

    private Made(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** No columns yet. */
    public static Made with(BufferAllocator allocator) {
        return new Made(allocator);
    }

    /** Takes over a column that was made elsewhere. */
    public Made add(FieldVector column) {
        columns.add(column);
        return this;
    }

    /** All rows of a column, sharing its buffers where that is possible. */
    public Made share(FieldVector source, Field as) {
        return add(Gather.share(source, as, allocator));
    }

    /** Rows of a column, or nulls. */
    public Made gather(FieldVector source, int[] rows, Field as) {
        return add(Gather.rows(source, rows, as, allocator));
    }

    /** Rows of a column, or nulls, taken in parts. */
    public Made gather(FieldVector source, int[] rows, Field as, Workers workers) {
        return add(Gather.rows(source, rows, as, allocator, workers));
    }

    /** Puts what is made of the last column in its place; what is given up is closed by who makes the other. */
    public Made replaceLast(UnaryOperator<FieldVector> change) {
        columns.set(columns.size() - 1, change.apply(columns.getLast()));
        return this;
    }

    /** A column of doubles, or of single floats if the field says so. */
    public Made doubles(Field field, double[] cells, Validity valid) {
        FieldVector vector = started(field, cells.length, valid);
        if (vector instanceof Float8Vector) {
            Bulk.write(cells, vector.getDataBuffer());
        } else if (vector instanceof Float4Vector narrow) {
            for (int row = 0; row < cells.length; row++) {
                narrow.getDataBuffer().setFloat(row * 4L, (float) cells[row]);
            }
        } else {
            throw new IllegalArgumentException(field + " does not hold doubles");
        }
        vector.setValueCount(cells.length);
        return this;
    }

    /** A column of doubles that lie group by group. */
    public Made doubles(Field field, double[] arranged, Groups groups, Validity valid, Workers workers) {
        int rows = valid.size();
        if (!(field.getType() instanceof ArrowType.FloatingPoint number)
                || number.getPrecision() != FloatingPointPrecision.DOUBLE
                || rows == 0
                || rows > Integer.MAX_VALUE / Double.BYTES) {
            return doubles(field, groups.restored(arranged), valid);
        }
        FieldVector vector = started(field, rows, valid);
        groups.restore(
                arranged,
                Bulk.view(vector.getDataBuffer(), 0, rows, Double.BYTES).asDoubleBuffer(),
                workers);
        vector.setValueCount(rows);
        return this;
    }

    /** A column of whole numbers of any width, times, dates, durations, or truths as 0 and 1. */
    public Made longs(Field field, long[] cells, Validity valid) {
        FieldVector vector = started(field, cells.length, valid);
        Shape shape = Shape.of(field.getType());
        var data = vector.getDataBuffer();
        switch (shape) {
            case I64, U64 -> Bulk.write(cells, data);
            case I32, U32 -> {
                for (int row = 0; row < cells.length; row++) {
                    data.setInt(row * 4L, (int) cells[row]);
                }
            }
            case I16, U16 -> {
                for (int row = 0; row < cells.length; row++) {
                    data.setShort(row * 2L, (short) cells[row]);
                }
            }
            case I8, U8 -> {
                for (int row = 0; row < cells.length; row++) {
                    data.setByte(row, (byte) cells[row]);
                }
            }
            case BIT -> {
                Validity ones = Validity.none(cells.length);
                for (int row = 0; row < cells.length; row++) {
                    ones.put(row, cells[row] != 0);
                }
                ones.write(data);
            }
            default -> throw new IllegalArgumentException(field + " does not hold whole numbers");
        }
        vector.setValueCount(cells.length);
        return this;
    }

    /** The table of all columns in the order they were added; it belongs to the caller. */
    public VectorSchemaRoot table(int rows) {
        var fields = columns.stream().map(FieldVector::getField).toList();
        var table = new VectorSchemaRoot(new Schema(fields), List.copyOf(columns), rows);
        columns.clear();
        return table;
    }

    @Override
    public void close() {
        columns.forEach(FieldVector::close);
        columns.clear();
    }

    private FieldVector started(Field field, int rows, Validity valid) {
        FieldVector vector = field.createVector(allocator);
        columns.add(vector);
        switch (vector) {
            case BitVector bits -> bits.allocateNew(rows);
            case BaseFixedWidthVector fixed -> load(fixed, rows, valid.nullCount());
            default -> throw new IllegalArgumentException(field + " has no fixed width");
        }
        valid.write(vector.getValidityBuffer());
        return vector;
    }

    // Not the vector's own buffers, which it would fill with zeros before they are written.
    private void load(BaseFixedWidthVector vector, int rows, int nulls) {
        try (ArrowBuf valid = allocator.buffer(Math.max(1, Validity.bytesOf(rows)));
                ArrowBuf data = allocator.buffer(Math.max(1, (long) rows * vector.getTypeWidth()))) {
            vector.loadFieldBuffers(new ArrowFieldNode(rows, nulls), List.of(valid, data));
        }
    }
}

package io.polaroid.store.column;

import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.DecimalUtility;
import org.jspecify.annotations.Nullable;

/** Cells of fixed width. Booleans take a byte here and a bit in vectors. */
final class FixedColumn implements Column {
    /** From so many cells on, a copy as a whole is quicker. */
    private static final int BULK = 16;

    private final CellKind kind;
    private final int scale;
    private final ArrowBuf validity;
    private final ArrowBuf data;

    FixedColumn(Field field, CellKind kind, int capacity, BufferAllocator allocator) {
        this.kind = kind;
        this.scale = field.getType() instanceof ArrowType.Decimal decimal ? decimal.getScale() : 0;
        this.validity = allocator.buffer((capacity + 7) / 8);
        try {
            this.data = allocator.buffer((long) capacity * kind.width);
        } catch (RuntimeException e) {
            validity.close();
            throw e;
        }
        validity.setZero(0, validity.capacity());
        data.setZero(0, data.capacity());
    }

    private FixedColumn(CellKind kind, int scale, ArrowBuf validity, ArrowBuf data) {
        this.kind = kind;
        this.scale = scale;
        this.validity = validity;
        this.data = data;
    }

    @Override
    public Column lend(BufferAllocator reader) {
        return new FixedColumn(kind, scale, Bits.lent(validity, reader), Bits.lent(data, reader));
    }

    @Override
    public Optional<ArrowCells> laidOut(int rows, BufferAllocator reader) {
        if (kind == CellKind.BOOL) {
            return Optional.empty();
        }
        return Optional.of(new ArrowCells(
                rows - Bits.count(validity, 0, rows),
                List.of(Bits.shared(validity, rows / 8), Bits.shared(data, (long) rows * kind.width))));
    }

    @Override
    public long leftOver() {
        return Bits.accounted(validity) + Bits.accounted(data);
    }

    @Override
    public CellKind kind() {
        return kind;
    }

    @Override
    public boolean isNull(int index) {
        return !Bits.get(validity, index);
    }

    @Override
    public long longAt(int index) {
        return switch (kind) {
            case INT8, BOOL -> data.getByte(index);
            case INT16 -> data.getShort(index * 2L);
            case INT32 -> data.getInt(index * 4L);
            case INT64 -> data.getLong(index * 8L);
            case FLOAT32 -> (long) data.getFloat(index * 4L);
            case FLOAT64 -> (long) data.getDouble(index * 8L);
            case DECIMAL128, DECIMAL256 -> decimalAt(index).longValue();
            case TEXT, BYTES -> throw new IllegalStateException("not of fixed width");
        };
    }

    @Override
    public double doubleAt(int index) {
        return switch (kind) {
            case FLOAT64 -> data.getDouble(index * 8L);
            case FLOAT32 -> data.getFloat(index * 4L);
            case DECIMAL128, DECIMAL256 -> decimalAt(index).doubleValue();
            case INT8, INT16, INT32, INT64, BOOL, TEXT, BYTES -> longAt(index);
        };
    }

    @Override
    public @Nullable Object valueAt(int index) {
        if (isNull(index)) {
            return null;
        }
        return switch (kind) {
            case INT8, INT16, INT32, INT64 -> longAt(index);
            case FLOAT32, FLOAT64 -> doubleAt(index);
            case BOOL -> data.getByte(index) != 0;
            case DECIMAL128, DECIMAL256 -> decimalAt(index);
            case TEXT, BYTES -> throw new IllegalStateException("not of fixed width");
        };
    }

    @Override
    public void setNull(int index) {
        Bits.set(validity, index, false);
        data.setZero((long) index * kind.width, kind.width);
    }

    @Override
    public void setLong(int index, long value) {
        switch (kind) {
            case INT8, BOOL -> data.setByte(index, (byte) value);
            case INT16 -> data.setShort(index * 2L, (short) value);
            case INT32 -> data.setInt(index * 4L, (int) value);
            case INT64 -> data.setLong(index * 8L, value);
            case FLOAT32 -> data.setFloat(index * 4L, value);
            case FLOAT64 -> data.setDouble(index * 8L, value);
            case DECIMAL128, DECIMAL256 -> setDecimal(index, BigDecimal.valueOf(value));
            case TEXT, BYTES -> throw new IllegalStateException("not of fixed width");
        }
        Bits.set(validity, index, true);
    }

    @Override
    public void setDouble(int index, double value) {
        switch (kind) {
            case FLOAT64 -> data.setDouble(index * 8L, value);
            case FLOAT32 -> data.setFloat(index * 4L, (float) value);
            case INT8, INT16, INT32, INT64, BOOL, DECIMAL128, DECIMAL256, TEXT, BYTES ->
                throw new IllegalArgumentException("a double does not go into a column of " + kind);
        }
        Bits.set(validity, index, true);
    }

    @Override
    public void setValue(int index, @Nullable Object value) {
        switch (value) {
            case null -> setNull(index);
            case Boolean flag when kind == CellKind.BOOL -> setLong(index, flag ? 1 : 0);
            case BigDecimal decimal
            when kind == CellKind.DECIMAL128 || kind == CellKind.DECIMAL256 -> {
                setDecimal(index, decimal);
                Bits.set(validity, index, true);
            }
            case Number number
            when kind == CellKind.FLOAT64 || kind == CellKind.FLOAT32 -> setDouble(index, number.doubleValue());
            case Long number when isInteger() -> setLong(index, number);
            case Integer number when isInteger() -> setLong(index, number);
            default ->
                throw new IllegalArgumentException(
                        "a " + value.getClass().getSimpleName() + " does not go into a column of " + kind);
        }
    }

    @Override
    public void setStaged(int at, StagedRows.Staged source, int from, int length) {
        int nulls = source.nulls(from, length);
        if (nulls == length) {
            return;
        }
        if (kind != CellKind.INT64 && kind != CellKind.FLOAT64 || nulls > 0) {
            for (int i = 0; i < length; i++) {
                setStaged(at + i, source, from + i);
            }
            return;
        }
        setLongs(at, source.bits, from, length);
    }

    private void setStaged(int at, StagedRows.Staged source, int from) {
        if (source.nulls[from]) {
            return;
        }
        switch (kind) {
            case INT8, INT16, INT32, INT64 -> setLong(at, source.bits[from]);
            case FLOAT32, FLOAT64 -> setDouble(at, Double.longBitsToDouble(source.bits[from]));
            case BOOL, DECIMAL128, DECIMAL256 -> setValue(at, source.objects[from]);
            case TEXT, BYTES -> throw new IllegalStateException("not of fixed width");
        }
    }

    /** For a column of 8 bytes these are the bits of its cells. */
    @Override
    public void setLongs(int at, long[] values, int from, int length) {
        if (kind.width != Long.BYTES) {
            for (int i = 0; i < length; i++) {
                setLong(at + i, values[from + i]);
            }
            return;
        }
        if (length < BULK) {
            for (int i = 0; i < length; i++) {
                data.setLong((at + i) * 8L, values[from + i]);
            }
        } else {
            data.nioBuffer(at * 8L, length * 8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .put(values, from, length);
        }
        Bits.setAll(validity, at, length);
    }

    @Override
    public void setConstant(int at, long value, int length) {
        if (kind.width == Long.BYTES && value == 0) {
            // Cells that were never set are 0.
            Bits.setAll(validity, at, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            setLong(at + i, value);
        }
    }

    private boolean isInteger() {
        return kind == CellKind.INT64 || kind == CellKind.INT32 || kind == CellKind.INT16 || kind == CellKind.INT8;
    }

    private BigDecimal decimalAt(int index) {
        return DecimalUtility.getBigDecimalFromArrowBuf(data, index, scale, kind.width);
    }

    private void setDecimal(int index, BigDecimal value) {
        DecimalUtility.writeBigDecimalToArrowBuf(value.setScale(scale), data, index, kind.width);
    }

    @Override
    public void copyFrom(Column source, int start, int length, int at) {
        if (source.kind() != kind) {
            throw new IllegalArgumentException("columns differ in kind");
        }
        switch (source) {
            case FixedColumn fixed -> {
                Bits.copy(fixed.validity, start, validity, at, length);
                data.setBytes(
                        (long) at * kind.width, fixed.data, (long) start * kind.width, (long) length * kind.width);
            }
            case MappedFixed mapped -> mapped.copyInto(validity, data, start, length, at);
            case VariableColumn variable -> throw new IllegalStateException("not of fixed width");
            case MappedVariable variable -> throw new IllegalStateException("not of fixed width");
        }
    }

    @Override
    public void copyFrom(FieldVector source, int row, int at) {
        if (source.isNull(row)) {
            setNull(at);
        } else if (source instanceof BitVector bits) {
            setLong(at, bits.get(row));
        } else {
            data.setBytes((long) at * kind.width, source.getDataBuffer(), (long) row * kind.width, kind.width);
            Bits.set(validity, at, true);
        }
    }

    @Override
    public boolean hasAny(int start, int length) {
        return Bits.count(validity, start, length) > 0;
    }

    @Override
    public void copyFrom(FieldVector source, int row, int at, int length) {
        if (source instanceof BitVector) {
            Column.super.copyFrom(source, row, at, length);
        } else {
            Bits.copy(source.getValidityBuffer(), row, validity, at, length);
            data.setBytes(
                    (long) at * kind.width,
                    source.getDataBuffer(),
                    (long) row * kind.width,
                    (long) length * kind.width);
        }
    }

    @Override
    public void copyTo(FieldVector target, int start, int length, int at) {
        Bits.copy(validity, start, target.getValidityBuffer(), at, length);
        if (target instanceof BitVector) {
            for (int i = 0; i < length; i++) {
                Bits.set(target.getDataBuffer(), at + i, data.getByte(start + i) != 0);
            }
        } else {
            target.getDataBuffer()
                    .setBytes((long) at * kind.width, data, (long) start * kind.width, (long) length * kind.width);
        }
    }

    @Override
    public long variableBytes(int start, int length) {
        return 0;
    }

    @Override
    public void close() {
        validity.close();
        data.close();
    }
}

package io.polaroid.store.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Cells of fixed width in a mapped file, in Arrow's layout: booleans are bits. */
final class MappedFixed implements MappedColumn {
    private final CellKind kind;
    private final int scale;
    private final ByteBuffer file;

    /** Where the validity bitmap begins, -1 if there is none because no cell is null. */
    private final int validity;

    /** Where the cells begin. */
    private final int data;

    MappedFixed(Field field, CellKind kind, ByteBuffer file, int validity, int data) {
        this.kind = kind;
        this.scale = field.getType() instanceof ArrowType.Decimal decimal ? decimal.getScale() : 0;
        this.file = file;
        this.validity = validity;
        this.data = data;
    }

    @Override
    public CellKind kind() {
        return kind;
    }

    @Override
    public boolean isNull(int index) {
        return !Bits.isValid(file, validity, index);
    }

    @Override
    public long longAt(int index) {
        return switch (kind) {
            case INT8 -> file.get(data + index);
            case BOOL -> Bits.get(file, data, index) ? 1 : 0;
            case INT16 -> file.getShort(data + index * 2);
            case INT32 -> file.getInt(data + index * 4);
            case INT64 -> file.getLong(data + index * 8);
            case FLOAT32 -> (long) file.getFloat(data + index * 4);
            case FLOAT64 -> (long) file.getDouble(data + index * 8);
            case DECIMAL128, DECIMAL256 -> decimalAt(index).longValue();
            case TEXT, BYTES -> throw new IllegalStateException("not of fixed width");
        };
    }

    @Override
    public double doubleAt(int index) {
        return switch (kind) {
            case FLOAT64 -> file.getDouble(data + index * 8);
            case FLOAT32 -> file.getFloat(data + index * 4);
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
            case BOOL -> Bits.get(file, data, index);
            case DECIMAL128, DECIMAL256 -> decimalAt(index);
            case TEXT, BYTES -> throw new IllegalStateException("not of fixed width");
        };
    }

    private BigDecimal decimalAt(int index) {
        byte[] bigEndian = new byte[kind.width];
        for (int i = 0; i < kind.width; i++) {
            bigEndian[kind.width - 1 - i] = file.get(data + index * kind.width + i);
        }
        return new BigDecimal(new BigInteger(bigEndian), scale);
    }

    @Override
    public Optional<ArrowCells> laidOut(int rows, BufferAllocator reader) {
        int bytes = kind == CellKind.BOOL ? rows / 8 : rows * kind.width;
        return Optional.of(ArrowCells.mapped(file, validity, rows, reader, data, bytes));
    }

    @Override
    public void copyTo(FieldVector target, int start, int length, int at) {
        Bits.copyValidity(file, validity, start, target.getValidityBuffer(), at, length);
        if (target instanceof BitVector) {
            Bits.copy(file, data, start, target.getDataBuffer(), at, length);
        } else {
            copyData(target.getDataBuffer(), start, length, at);
        }
    }

    /** Copies cells into the chunk layout, where a boolean takes a byte. */
    void copyInto(ArrowBuf targetValidity, ArrowBuf targetData, int start, int length, int at) {
        Bits.copyValidity(file, validity, start, targetValidity, at, length);
        if (kind == CellKind.BOOL) {
            for (int i = 0; i < length; i++) {
                targetData.setByte(at + i, Bits.get(file, data, start + i) ? 1 : 0);
            }
        } else {
            copyData(targetData, start, length, at);
        }
    }

    private void copyData(ArrowBuf target, int start, int length, int at) {
        target.setBytes((long) at * kind.width, file, data + start * kind.width, length * kind.width);
    }

    @Override
    public long variableBytes(int start, int length) {
        return 0;
    }
}

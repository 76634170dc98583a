package io.polaroid.store.column;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Text or bytes in a mapped file, in Arrow's layout. */
final class MappedVariable implements MappedColumn {
    private final CellKind kind;
    private final ByteBuffer file;

    /** Where the validity bitmap begins, -1 if there is none because no cell is null. */
    private final int validity;

    /** Where the offsets begin. */
    private final int offsets;

    /** Where the bytes begin; of no meaning if all cells are empty. */
    private final int data;

    MappedVariable(CellKind kind, ByteBuffer file, int validity, int offsets, int data) {
        this.kind = kind;
        this.file = file;
        this.validity = validity;
        this.offsets = offsets;
        this.data = Math.max(0, data);
    }

    private int offset(int index) {
        return file.getInt(offsets + index * 4);
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
        throw new IllegalStateException("a column of " + kind + " has no numbers");
    }

    @Override
    public double doubleAt(int index) {
        return Double.NaN;
    }

    @Override
    public @Nullable Object valueAt(int index) {
        if (isNull(index)) {
            return null;
        }
        int from = offset(index);
        byte[] bytes = new byte[offset(index + 1) - from];
        file.get(data + from, bytes);
        return kind == CellKind.TEXT ? new String(bytes, StandardCharsets.UTF_8) : bytes;
    }

    @Override
    public Optional<ArrowCells> laidOut(int rows, BufferAllocator reader) {
        return Optional.of(ArrowCells.mapped(
                file, validity, rows, reader, offsets, (rows + 1) * Integer.BYTES, data, offset(rows)));
    }

    @Override
    public void copyTo(FieldVector target, int start, int length, int at) {
        Bits.copyValidity(file, validity, start, target.getValidityBuffer(), at, length);
        ArrowBuf targetOffsets = target.getOffsetBuffer();
        int end = at == 0 ? 0 : targetOffsets.getInt(at * 4L);
        int from = offset(start);
        int bytes = offset(start + length) - from;
        target.getDataBuffer().setBytes(end, file, data + from, bytes);
        for (int i = 0; i <= length; i++) {
            targetOffsets.setInt((at + i) * 4L, end + offset(start + i) - from);
        }
    }

    @Override
    public int compareBytes(int index, byte[] other) {
        int from = offset(index);
        int length = offset(index + 1) - from;
        int shared = Math.min(length, other.length);
        for (int i = 0; i < shared; i++) {
            int difference = Byte.compareUnsigned(file.get(data + from + i), other[i]);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(length, other.length);
    }

    @Override
    public long variableBytes(int start, int length) {
        return offset(start + length) - offset(start);
    }
}

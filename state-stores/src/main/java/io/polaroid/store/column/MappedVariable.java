package io.polaroid.store.column;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Text or bytes in a mapped file, in Arrow's layout. */
final class MappedVariable implements MappedColumn {
    private final CellKind kind;
    private final ByteBuffer validity;
    private final ByteBuffer offsets;
    private final ByteBuffer data;

    MappedVariable(CellKind kind, ByteBuffer validity, ByteBuffer offsets, ByteBuffer data) {
        this.kind = kind;
        this.validity = validity;
        this.offsets = offsets;
        this.data = data;
    }

    @Override
    public CellKind kind() {
        return kind;
    }

    @Override
    public boolean isNull(int index) {
        return !Bits.isValid(validity, index);
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
        int from = offsets.getInt(index * 4);
        byte[] bytes = new byte[offsets.getInt(index * 4 + 4) - from];
        data.get(from, bytes);
        return kind == CellKind.TEXT ? new String(bytes, StandardCharsets.UTF_8) : bytes;
    }

    @Override
    public void copyTo(FieldVector target, int start, int length, int at) {
        Bits.copyValidity(validity, start, target.getValidityBuffer(), at, length);
        ArrowBuf targetOffsets = target.getOffsetBuffer();
        int end = at == 0 ? 0 : targetOffsets.getInt(at * 4L);
        int from = offsets.getInt(start * 4);
        int bytes = offsets.getInt((start + length) * 4) - from;
        target.getDataBuffer().setBytes(end, data, from, bytes);
        for (int i = 0; i <= length; i++) {
            targetOffsets.setInt((at + i) * 4L, end + offsets.getInt((start + i) * 4) - from);
        }
    }

    @Override
    public int compareBytes(int index, byte[] other) {
        int from = offsets.getInt(index * 4);
        int length = offsets.getInt(index * 4 + 4) - from;
        int shared = Math.min(length, other.length);
        for (int i = 0; i < shared; i++) {
            int difference = Byte.compareUnsigned(data.get(from + i), other[i]);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(length, other.length);
    }

    @Override
    public long variableBytes(int start, int length) {
        return offsets.getInt((start + length) * 4) - offsets.getInt(start * 4);
    }
}

package io.polaroid.schemas.arrow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The buffers of a record batch within the bytes of a record.
 *
 * @param bytes what holds the record
 * @param from where the body begins
 * @param length of the body
 * @param batch what the message says about it
 * @param rows of the batch
 */
record Body(byte[] bytes, int from, long length, RecordBatch batch, int rows) {
    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Where a buffer begins, which has at least {@code needed} bytes within the body. */
    int position(int buffer, long needed) {
        Buffer found = batch.buffers(buffer);
        long offset = found.offset();
        long size = found.length();
        if (offset < 0 || size < needed || size > length || offset > length - size) {
            throw NoBatch.malformed("buffer " + buffer + " is said to be " + size + " bytes at " + offset
                    + " of a body of " + length + ", and needs " + needed);
        }
        return from + (int) offset;
    }

    long size(int buffer) {
        return batch.buffers(buffer).length();
    }

    /**
     * Which cells are null; false if none is.
     *
     * @param buffer that of the validity bits, which is empty where no cell is null
     */
    boolean nulls(int buffer, boolean[] nulls) {
        if (size(buffer) == 0) {
            java.util.Arrays.fill(nulls, 0, rows, false);
            return false;
        }
        int at = position(buffer, (rows + 7L) / 8);
        boolean any = false;
        for (int i = 0; i < rows; i++) {
            boolean isNull = (bytes[at + (i >> 3)] >> (i & 7) & 1) == 0;
            nulls[i] = isNull;
            any |= isNull;
        }
        return any;
    }
}

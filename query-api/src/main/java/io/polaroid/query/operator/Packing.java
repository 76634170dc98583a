package io.polaroid.query.operator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Answers of a byte each as bits. */
final class Packing {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
    // Moves the lowest bits of eight bytes into the highest byte.
    private static final long TOGETHER = 0x0102_0408_1020_4080L;

    private Packing() {}

    /**
     * Sets the bits of answers that are odd.
     *
     * @param answers 0 from {@code count} on, to the end of the last word at least
     */
    static void pack(byte[] answers, int count, long[] bits) {
        int words = Math.ceilDiv(count, Long.SIZE);
        for (int word = 0; word < words; word++) {
            long found = 0;
            for (int i = 0; i < Long.SIZE; i += Long.BYTES) {
                long eight = (long) LONG.get(answers, word * Long.SIZE + i) & LOWEST_BITS;
                found |= (eight * TOGETHER >>> 56) << i;
            }
            bits[word] = found;
        }
    }
}

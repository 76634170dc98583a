package io.polaroid.store.column;

import org.apache.arrow.memory.ArrowBuf;

/** Bitmaps in Arrow's order: bit {@code i} is bit {@code i % 8} of byte {@code i / 8}. */
final class Bits {
    private Bits() {}

    static boolean get(ArrowBuf bits, int index) {
        return (bits.getByte(index >> 3) >> (index & 7) & 1) != 0;
    }

    static void set(ArrowBuf bits, int index, boolean on) {
        int old = bits.getByte(index >> 3);
        int mask = 1 << (index & 7);
        bits.setByte(index >> 3, on ? old | mask : old & ~mask);
    }

    /** Sets {@code length} bits. */
    static void setAll(ArrowBuf bits, int start, int length) {
        int index = start;
        int end = start + length;
        while (index < end && (index & 7) != 0) {
            set(bits, index++, true);
        }
        while (end - index >= 8) {
            bits.setByte(index >> 3, 0xff);
            index += 8;
        }
        while (index < end) {
            set(bits, index++, true);
        }
    }

    /** Copies {@code length} bits; both bitmaps must have the bytes that hold them. */
    static void copy(ArrowBuf source, int start, ArrowBuf target, int at, int length) {
        int done = 0;
        while (done < length && (at + done & 7) != 0) {
            set(target, at + done, get(source, start + done));
            done++;
        }
        while (length - done >= 8) {
            int from = start + done;
            int shift = from & 7;
            int low = (source.getByte(from >> 3) & 0xff) >> shift;
            int high = shift == 0 ? 0 : (source.getByte((from >> 3) + 1) & 0xff) << 8 - shift;
            target.setByte(at + done >> 3, low | high);
            done += 8;
        }
        while (done < length) {
            set(target, at + done, get(source, start + done));
            done++;
        }
    }
}

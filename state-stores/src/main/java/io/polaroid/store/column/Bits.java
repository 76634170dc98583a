package io.polaroid.store.column;

import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Bitmaps in Arrow's order: bit {@code i} is bit {@code i % 8} of byte {@code i / 8}. */
final class Bits {
    private Bits() {}

    static boolean get(ArrowBuf bits, int index) {
        return (bits.getByte(index >> 3) >> (index & 7) & 1) != 0;
    }

    /** A bit of the bitmap that begins at a byte of a file. */
    static boolean get(ByteBuffer file, int bits, int index) {
        return (file.get(bits + (index >> 3)) >> (index & 7) & 1) != 0;
    }

    /** A validity bitmap of a file may be left out where no cell is null; it begins at -1 then. */
    static boolean isValid(ByteBuffer file, int validity, int index) {
        return validity < 0 || get(file, validity, index);
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

    /** How many of {@code length} bits are set. */
    static int count(ArrowBuf bits, int start, int length) {
        int index = start;
        int end = start + length;
        int count = 0;
        while (index < end && (index & 7) != 0) {
            count += get(bits, index++) ? 1 : 0;
        }
        for (; end - index >= 8; index += 8) {
            count += Integer.bitCount(bits.getByte(index >> 3) & 0xff);
        }
        while (index < end) {
            count += get(bits, index++) ? 1 : 0;
        }
        return count;
    }

    /** A buffer's bytes in the reader's allocator, which the caller closes. */
    static ArrowBuf lent(ArrowBuf buffer, BufferAllocator reader) {
        return buffer.getReferenceManager().retain(buffer, reader);
    }

    /** The first bytes of a buffer, which the caller closes. */
    static ArrowBuf shared(ArrowBuf buffer, long bytes) {
        buffer.getReferenceManager().retain();
        return buffer.slice(0, bytes);
    }

    /** What a buffer counts in its own allocator: nothing as long as another has it. */
    static long accounted(ArrowBuf buffer) {
        return buffer.getReferenceManager().getAccountedSize();
    }

    /** Copies {@code length} bits; both bitmaps must have the bytes that hold them. */
    static void copy(ArrowBuf source, int start, ArrowBuf target, int at, int length) {
        copy(index -> source.getByte(index), start, target, at, length);
    }

    /** Copies {@code length} bits out of a file. */
    static void copy(ByteBuffer file, int bits, int start, ArrowBuf target, int at, int length) {
        copy(index -> file.get(bits + index), start, target, at, length);
    }

    /** Copies {@code length} bits of a file's validity bitmap. */
    static void copyValidity(ByteBuffer file, int validity, int start, ArrowBuf target, int at, int length) {
        if (validity < 0) {
            copy(index -> 0xff, start, target, at, length);
        } else {
            copy(file, validity, start, target, at, length);
        }
    }

    private static void copy(IntUnaryOperator source, int start, ArrowBuf target, int at, int length) {
        int done = 0;
        while (done < length && (at + done & 7) != 0) {
            set(target, at + done, bit(source, start + done));
            done++;
        }
        while (length - done >= 8) {
            int from = start + done;
            int shift = from & 7;
            int low = (source.applyAsInt(from >> 3) & 0xff) >> shift;
            int high = shift == 0 ? 0 : (source.applyAsInt((from >> 3) + 1) & 0xff) << 8 - shift;
            target.setByte(at + done >> 3, low | high);
            done += 8;
        }
        while (done < length) {
            set(target, at + done, bit(source, start + done));
            done++;
        }
    }

    private static boolean bit(IntUnaryOperator source, int index) {
        return (source.applyAsInt(index >> 3) >> (index & 7) & 1) != 0;
    }
}

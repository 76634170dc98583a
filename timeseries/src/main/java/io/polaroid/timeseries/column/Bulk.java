package io.polaroid.timeseries.column;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;

/** Whole runs of fixed-width values between Arrow buffers and arrays; in pieces, as a ByteBuffer ends at 2 GiB. */
final class Bulk {
    private static final int PIECE = 1 << 24;

    private Bulk() {}

    static long[] longs(ArrowBuf from, int count) {
        long[] to = new long[count];
        for (int at = 0; at < count; at += PIECE) {
            int length = Math.min(PIECE, count - at);
            view(from, at, length, Long.BYTES).asLongBuffer().get(to, at, length);
        }
        return to;
    }

    static double[] doubles(ArrowBuf from, int count) {
        double[] to = new double[count];
        for (int at = 0; at < count; at += PIECE) {
            int length = Math.min(PIECE, count - at);
            view(from, at, length, Double.BYTES).asDoubleBuffer().get(to, at, length);
        }
        return to;
    }

    static float[] floats(ArrowBuf from, int count) {
        float[] to = new float[count];
        for (int at = 0; at < count; at += PIECE) {
            int length = Math.min(PIECE, count - at);
            view(from, at, length, Float.BYTES).asFloatBuffer().get(to, at, length);
        }
        return to;
    }

    static int[] ints(ArrowBuf from, int count) {
        int[] to = new int[count];
        for (int at = 0; at < count; at += PIECE) {
            int length = Math.min(PIECE, count - at);
            view(from, at, length, Integer.BYTES).asIntBuffer().get(to, at, length);
        }
        return to;
    }

    static void write(long[] from, ArrowBuf to) {
        for (int at = 0; at < from.length; at += PIECE) {
            int length = Math.min(PIECE, from.length - at);
            view(to, at, length, Long.BYTES).asLongBuffer().put(from, at, length);
        }
    }

    static void write(double[] from, ArrowBuf to) {
        for (int at = 0; at < from.length; at += PIECE) {
            int length = Math.min(PIECE, from.length - at);
            view(to, at, length, Double.BYTES).asDoubleBuffer().put(from, at, length);
        }
    }

    static void write(int[] from, ArrowBuf to) {
        for (int at = 0; at < from.length; at += PIECE) {
            int length = Math.min(PIECE, from.length - at);
            view(to, at, length, Integer.BYTES).asIntBuffer().put(from, at, length);
        }
    }

    /** The bytes of values {@code [at, at + length)}, shared with the buffer. */
    static ByteBuffer view(ArrowBuf buffer, long at, int length, int width) {
        return buffer.nioBuffer(at * width, length * width).order(ByteOrder.LITTLE_ENDIAN);
    }
}

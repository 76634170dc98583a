package io.polaroid.bench.workload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes Avro binary in the Confluent wire format into an array of its own. Not thread-safe. */
public final class AvroBytes {
    private final byte[] bytes = new byte[512];
    private final ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private int length;

    /** Begins a value of the schema with this id. */
    public AvroBytes begin(int schemaId) {
        bytes[0] = 0;
        bytes[1] = (byte) (schemaId >>> 24);
        bytes[2] = (byte) (schemaId >>> 16);
        bytes[3] = (byte) (schemaId >>> 8);
        bytes[4] = (byte) schemaId;
        length = 5;
        return this;
    }

    /** A string of ASCII characters. */
    @SuppressWarnings("deprecation") // The one way to copy ASCII without making an array.
    public AvroBytes text(String ascii) {
        whole(ascii.length());
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
        return this;
    }

    /** A long, also the index of a union's branch. */
    public AvroBytes whole(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            bytes[length++] = (byte) (zigzag & 0x7F | 0x80);
            zigzag >>>= 7;
        }
        bytes[length++] = (byte) zigzag;
        return this;
    }

    /** A double. */
    public AvroBytes number(double value) {
        little.putDouble(length, value);
        length += 8;
        return this;
    }

    /** A union of null and double; NaN is written as null. */
    public AvroBytes numberOrNull(double value) {
        return Double.isNaN(value) ? whole(0) : whole(1).number(value);
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** The bytes of a key. */
    public static byte[] key(String symbol) {
        return symbol.getBytes(StandardCharsets.US_ASCII);
    }
}

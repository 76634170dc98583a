package io.polaroid.schemas.avro;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Avro's binary encoding over one array. Every length is checked against the bytes that are left before anything is
 * allocated, which is why this is not Avro's own decoder: bytes come from whoever may write to a topic.
 */
final class AvroInput {
    private static final java.lang.invoke.VarHandle INT =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final java.lang.invoke.VarHandle LONG =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[0];
    private int position;
    private int end;
    private int origin;

    /** Starts reading {@code source} from {@code from} up to {@code to}; {@code start} is what positions are told from. */
    void reset(byte[] source, int start, int from, int to) {
        this.bytes = source;
        this.origin = start;
        this.position = from;
        this.end = to;
    }

    int position() {
        return position - origin;
    }

    int remaining() {
        return end - position;
    }

    long readLong() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw truncated("a number", 1);
            }
            byte next = bytes[position++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw MalformedBytes.malformed("a number is longer than 10 bytes at byte " + position());
    }

    int readInt() {
        long value = readLong();
        if (value != (int) value) {
            throw MalformedBytes.malformed("an int is " + value + " at byte " + position());
        }
        return (int) value;
    }

    boolean readBoolean() {
        byte value = bytes[take(1, "a boolean")];
        if (value != 0 && value != 1) {
            throw MalformedBytes.malformed("a boolean is " + value + " at byte " + position() + "; it is 0 or 1");
        }
        return value == 1;
    }

    float readFloat() {
        return Float.intBitsToFloat((int) INT.get(bytes, take(4, "a float")));
    }

    double readDouble() {
        return Double.longBitsToDouble((long) LONG.get(bytes, take(8, "a double")));
    }

    byte[] readBytes() {
        return readFixed(readLength());
    }

    byte[] readFixed(int size) {
        int from = take(size, "bytes");
        return Arrays.copyOfRange(bytes, from, from + size);
    }

    /** Reads text into a cell; only text that is not ASCII becomes a string at once, since it has to be checked. */
    void readText(CellRow cells, int column) {
        int size = readLength();
        int from = take(size, "a string");
        for (int i = from; i < from + size; i++) {
            if (bytes[i] < 0) {
                cells.set(column, text(from, size));
                return;
            }
        }
        cells.setText(column, from, size);
    }

    private String text(int from, int size) {
        String text = new String(bytes, from, size, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            requireUtf8(from, size);
        }
        return text;
    }

    void skipBytes() {
        take(readLength(), "bytes");
    }

    void skip(int size) {
        take(size, "a value");
    }

    private int readLength() {
        long length = readLong();
        if (length < 0 || length > remaining()) {
            throw MalformedBytes.malformed(
                    "a length is " + length + " at byte " + position() + ", but " + remaining() + " bytes are left");
        }
        return (int) length;
    }

    private int take(int size, String what) {
        if (size > remaining()) {
            throw truncated(what, size);
        }
        int from = position;
        position += size;
        return from;
    }

    private MalformedBytes truncated(String what, int size) {
        return MalformedBytes.malformed("the record ends at byte " + (end - origin) + " within " + what + " of " + size
                + " byte(s) at byte " + position());
    }

    /** A replacement character may be what was written, or what the decoder put for bytes that are no UTF-8. */
    private void requireUtf8(int from, int size) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, size));
        } catch (CharacterCodingException e) {
            throw MalformedBytes.malformed("a string at byte " + from + " is not UTF-8");
        }
    }
}

package io.polaroid.sinks.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary decoder, which never allocates more than the bytes it was given can hold: Avro's own believes a length and
 * takes two gigabytes for a record of ten bytes.
 */
final class BoundedDecoder extends Decoder {
    private final BinaryDecoder in;
    private final int size;

    BoundedDecoder(byte[] bytes, int from) {
        this.size = bytes.length - from;
        this.in = DecoderFactory.get().binaryDecoder(bytes, from, size, null);
    }

    /** Whether all bytes were read. */
    boolean isEnd() throws IOException {
        return in.isEnd();
    }

    @Override
    public Utf8 readString(Utf8 old) throws IOException {
        return new Utf8(bytes());
    }

    @Override
    public String readString() throws IOException {
        return new Utf8(bytes()).toString();
    }

    @Override
    public void skipString() throws IOException {
        in.skipFixed(bounded(in.readLong()));
    }

    @Override
    public ByteBuffer readBytes(ByteBuffer old) throws IOException {
        return ByteBuffer.wrap(bytes());
    }

    @Override
    public void skipBytes() throws IOException {
        in.skipFixed(bounded(in.readLong()));
    }

    @Override
    public long readArrayStart() throws IOException {
        return bounded(in.readArrayStart());
    }

    @Override
    public long arrayNext() throws IOException {
        return bounded(in.arrayNext());
    }

    @Override
    public long skipArray() throws IOException {
        return bounded(in.skipArray());
    }

    @Override
    public long readMapStart() throws IOException {
        return bounded(in.readMapStart());
    }

    @Override
    public long mapNext() throws IOException {
        return bounded(in.mapNext());
    }

    @Override
    public long skipMap() throws IOException {
        return bounded(in.skipMap());
    }

    @Override
    public void readNull() throws IOException {
        in.readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return in.readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return in.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return in.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return in.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return in.readDouble();
    }

    @Override
    public void readFixed(byte[] to, int from, int length) throws IOException {
        in.readFixed(to, from, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        in.skipFixed(length);
    }

    @Override
    public int readEnum() throws IOException {
        return in.readEnum();
    }

    @Override
    public int readIndex() throws IOException {
        return in.readIndex();
    }

    private byte[] bytes() throws IOException {
        var bytes = new byte[bounded(in.readLong())];
        in.readFixed(bytes);
        return bytes;
    }

    private int bounded(long length) {
        if (length < 0 || length > size) {
            throw new AvroRuntimeException("a length is " + length + " in a record of " + size + " bytes");
        }
        return (int) length;
    }
}

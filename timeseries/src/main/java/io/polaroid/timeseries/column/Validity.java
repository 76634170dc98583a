package io.polaroid.timeseries.column;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/** Which rows of a column have a value: a bit per row, in Arrow's order. */
public final class Validity {
    private final int size;
    private final long[] words;

    private Validity(int size, long[] words) {
        this.size = size;
        this.words = words;
    }

    /** All rows have a value. */
    public static Validity all(int size) {
        long[] words = new long[wordsOf(size)];
        Arrays.fill(words, -1L);
        var all = new Validity(size, words);
        all.trim();
        return all;
    }

    /** No row has a value. */
    public static Validity none(int size) {
        return new Validity(size, new long[wordsOf(size)]);
    }

    /** A copy of the bits of a column. */
    static Validity read(ArrowBuf bits, int size) {
        long[] words = new long[wordsOf(size)];
        int bytes = bytesOf(size);
        ByteBuffer padded = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bits.getBytes(0, padded.array(), 0, bytes);
        padded.asLongBuffer().get(words);
        var read = new Validity(size, words);
        read.trim();
        return read;
    }

    /** How many rows there are. */
    public int size() {
        return size;
    }

    /** Whether a row has a value. */
    public boolean get(int row) {
        return (words[row >> 6] >>> row & 1) != 0;
    }

    /** Gives a row a value. Rows of one word (64) are written by one thread at a time. */
    public void set(int row) {
        words[row >> 6] |= 1L << row;
    }

    /** Takes the value of a row away. Rows of one word (64) are written by one thread at a time. */
    public void clear(int row) {
        words[row >> 6] &= ~(1L << row);
    }

    /** Sets or clears. */
    public void put(int row, boolean valid) {
        if (valid) {
            set(row);
        } else {
            clear(row);
        }
    }

    /** How many rows have no value. */
    public int nullCount() {
        int valid = 0;
        for (long word : words) {
            valid += Long.bitCount(word);
        }
        return size - valid;
    }

    /** Whether every row has a value. */
    public boolean isFull() {
        return nullCount() == 0;
    }

    /** The rows that have a value in both. */
    public Validity and(Validity other) {
        long[] both = words.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] &= other.words[i];
        }
        return new Validity(size, both);
    }

    /** The bits, not a copy; those after the last row are 0 and stay so. */
    long[] words() {
        return words;
    }

    void write(ArrowBuf bits) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(words);
        bits.setBytes(0, bytes.array(), 0, bytesOf(size));
    }

    private void trim() {
        if ((size & 63) != 0) {
            words[words.length - 1] &= (1L << size) - 1;
        }
    }

    static int bytesOf(int size) {
        return (size >>> 3) + ((size & 7) == 0 ? 0 : 1);
    }

    private static int wordsOf(int size) {
        return (size >>> 6) + ((size & 63) == 0 ? 0 : 1);
    }
}

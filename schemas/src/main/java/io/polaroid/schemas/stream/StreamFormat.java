package io.polaroid.schemas.stream;

/**
 * How the records of a stream's topic hold its rows, and so the number of a row in its partition that tables call {@code _offset}: the
 * record's offset where a record is a row; else offset and place in the record in one number, so that rows stay in order and apart.
 */
public enum StreamFormat {
    /** A record is a row, in Avro. */
    AVRO(0),
    /** A record is an Arrow record batch of many rows. */
    ARROW(20);

    private final int indexBits;

    StreamFormat(int indexBits) {
        this.indexBits = indexBits;
    }

    /** Most rows that a record can have. */
    public int mostRows() {
        return 1 << indexBits;
    }

    /** The number of a row. */
    public long position(long offset, int index) {
        return (offset << indexBits) + index;
    }

    /** The greatest number that a row of a record can have. */
    public long lastOf(long offset) {
        return position(offset + 1, 0) - 1;
    }

    /** Offset of the record that holds a row; what is negative stands for no row and stays as it is. */
    public long offset(long position) {
        return position < 0 ? position : position >> indexBits;
    }

    /** Place of a row in its record, from 0. */
    public int index(long position) {
        return (int) (position & mostRows() - 1);
    }
}

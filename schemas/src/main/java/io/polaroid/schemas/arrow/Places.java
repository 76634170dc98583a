package io.polaroid.schemas.arrow;

/**
 * Where the cells of a column of variable width are. Offsets are checked whole: none goes back, none goes beyond the data.
 *
 * @param bytes what holds the batch
 * @param offsets where the offsets begin
 * @param data where the data begin
 * @param large whether offsets have 64 bits
 */
record Places(byte[] bytes, int offsets, int data, boolean large) {
    /** Those of a column whose offsets are in buffer number {@code buffer}, its data in the next one. */
    static Places of(Body body, int buffer, boolean large) {
        if (body.rows() == 0) {
            return new Places(body.bytes(), 0, 0, large);
        }
        int offsets = body.position(buffer, (body.rows() + 1L) * (large ? 8 : 4));
        int data = body.position(buffer + 1, 0);
        long size = body.size(buffer + 1);
        var places = new Places(body.bytes(), offsets, data, large);
        long last = 0;
        for (int i = 0; i <= body.rows(); i++) {
            long next = places.offset(i);
            if (next < last || next > size) {
                throw NoBatch.malformed("offset " + i + " of buffer " + buffer + " is " + next + ", after " + last
                        + " and within " + size + " bytes of data");
            }
            last = next;
        }
        return places;
    }

    private long offset(int row) {
        return large ? (long) Body.LONG.get(bytes, offsets + 8 * row) : (int) Body.INT.get(bytes, offsets + 4 * row);
    }

    int from(int row) {
        return data + (int) offset(row);
    }

    int length(int row) {
        return (int) (offset(row + 1) - offset(row));
    }
}

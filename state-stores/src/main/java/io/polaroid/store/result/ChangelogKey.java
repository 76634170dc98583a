package io.polaroid.store.result;

import java.nio.ByteBuffer;

/**
 * Keys of the changelog: a kind, a format version and, for rows, the time bucket and a number that grows with each record.
 *
 * @param kind what the record holds
 * @param bucket time bucket of its rows
 * @param number its number
 */
record ChangelogKey(Kind kind, long bucket, long number) {
    static final byte VERSION = 1;
    private static final int ROWS_BYTES = 18;
    private static final int STATE_BYTES = 2;

    enum Kind {
        /** A batch of rows. */
        ROWS((byte) 'R'),
        /** Counts, horizon and position: the last record of each commit. */
        STATE((byte) 'S');

        final byte code;

        Kind(byte code) {
            this.code = code;
        }
    }

    static ChangelogKey rows(long bucket, long number) {
        return new ChangelogKey(Kind.ROWS, bucket, number);
    }

    static ChangelogKey state() {
        return new ChangelogKey(Kind.STATE, 0, 0);
    }

    byte[] toBytes() {
        var bytes = ByteBuffer.allocate(kind == Kind.ROWS ? ROWS_BYTES : STATE_BYTES);
        bytes.put(kind.code).put(VERSION);
        if (kind == Kind.ROWS) {
            bytes.putLong(bucket).putLong(number);
        }
        return bytes.array();
    }

    static ChangelogKey of(byte[] key) {
        var bytes = ByteBuffer.wrap(key);
        if (key.length == ROWS_BYTES && key[0] == Kind.ROWS.code && key[1] == VERSION) {
            return rows(bytes.getLong(2), bytes.getLong(10));
        }
        if (key.length == STATE_BYTES && key[0] == Kind.STATE.code && key[1] == VERSION) {
            return state();
        }
        throw new IllegalArgumentException("a changelog key of " + key.length + " bytes"
                + (key.length > 1 ? ", kind " + key[0] + " version " + key[1] : "")
                + " is none of version " + VERSION + "; the changelog was written by another version");
    }
}

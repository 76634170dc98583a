package io.polaroid.store.row;

import java.util.Arrays;

/**
 * What is known beforehand of records that a restore reads again: up to an offset, which of them are duplicates. The ids that tell so
 * may lie before where the restore began.
 *
 * @param until the last offset of which it is known, -1 for none
 * @param duplicates offsets of duplicates, ascending
 */
record Replay(long until, long[] duplicates) {
    static final Replay NONE = new Replay(-1, new long[0]);

    boolean covers(long offset) {
        return offset <= until;
    }

    boolean isDuplicate(long offset) {
        return Arrays.binarySearch(duplicates, offset) >= 0;
    }
}

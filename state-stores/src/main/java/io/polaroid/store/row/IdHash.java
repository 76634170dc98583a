package io.polaroid.store.row;

/** Hashes of (series, feed id), the same in every process: segments' indexes keep them. */
final class IdHash {
    /** Bits of a hash that an index keeps; the others tell the row. */
    static final int BITS = 40;

    private IdHash() {}

    static long ofNumber(int series, long id) {
        return mix(mix(id) + series) >>> 64 - BITS;
    }

    static long ofText(int series, String id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        return mix(mix(~hash) + series) >>> 64 - BITS;
    }

    /** Spreads a number over all 64 bits. */
    static long mix(long number) {
        long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}

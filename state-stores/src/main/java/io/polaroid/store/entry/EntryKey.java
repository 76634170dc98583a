package io.polaroid.store.entry;

import java.util.Arrays;

/**
 * What tells entries apart.
 *
 * @param bytes the key's bytes; they are compared unsigned
 * @param time start of a window, end of a session, 0 for plain entries
 * @param sequence what tells apart entries of equal bytes and time: start of a session, number of a duplicate
 */
public record EntryKey(byte[] bytes, long time, long sequence) {
    private static final byte[] NONE = new byte[0];

    /** A plain entry's. */
    public static EntryKey plain(byte[] bytes) {
        return new EntryKey(bytes, 0, 0);
    }

    boolean isSameAs(EntryKey other) {
        return time == other.time && sequence == other.sequence && Arrays.equals(bytes, other.bytes);
    }

    /** Where entries of these bytes begin. */
    public static EntryKey first(byte[] bytes) {
        return new EntryKey(bytes, Long.MIN_VALUE, Long.MIN_VALUE);
    }

    /** Where entries of these bytes and of this time or later begin. */
    public static EntryKey first(byte[] bytes, long time) {
        return new EntryKey(bytes, time, Long.MIN_VALUE);
    }

    /** Where entries of this time or later begin, in the order of time. */
    public static EntryKey first(long time) {
        return first(NONE, time);
    }

    /** Where entries begin whose bytes are greater than these. */
    public static EntryKey behind(byte[] bytes) {
        return first(Arrays.copyOf(bytes, bytes.length + 1));
    }
}

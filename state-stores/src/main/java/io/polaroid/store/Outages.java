package io.polaroid.store;

/**
 * What control records say of times at which rows of a partition may be missing, up to the last one taken in: a function of the records in
 * offset order. A time that a source's down begins lasts until its up; a gap is over with the record that tells of it.
 */
public interface Outages {
    /**
     * Whether rows of a series may be missing from {@code [startNanos, endNanos)}.
     *
     * @param brought number of the newest row in it that {@link #isBrought}, {@link Long#MIN_VALUE} for none: what was over by then is mended
     */
    boolean mayMiss(String series, long startNanos, long endNanos, long brought);

    /** Whether a row of this number was missing in a time that was over when it came. */
    boolean isBrought(String series, long timeNanos, long offset);

    /**
     * The progress from which grace counts for the window {@code [startNanos, endNanos)} and the row of this number, as was known when the row
     * came: {@link Long#MAX_VALUE} if a time that the window overlaps lasted then, {@link Long#MIN_VALUE} if it overlapped none. What is not
     * known any more is of windows only that begin longer than {@link #retentionNanos} before progress.
     */
    long graceFrom(String series, long startNanos, long endNanos, long offset);

    /** How long rows are kept. */
    long retentionNanos();
}

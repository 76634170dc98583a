package io.polaroid.timeseries.grid;

/** Stretches of time in order that windows begin anew in: days, weeks or months of a zone, or sessions of a market. */
interface Stretches {
    /** Instead of the number of a stretch where there is none. */
    long NONE = Long.MIN_VALUE;

    /** The number of the last stretch that opens at or before a time. */
    long at(long time);

    /** When a stretch opens; {@link Grid#NONE_AFTER} behind the last one. */
    long open(long number);

    /** When it closes: not after the next one opens. */
    long close(long number);

    /** The number of the first stretch, or {@link #NONE} if there is no first one. */
    long first();

    /** Whether a time within a stretch counts. */
    boolean isHeld(long time);
}

package io.polaroid.topology.view;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.RowTier.Accepted;

/**
 * What a view does with its input, row by row in offset order. Rows come in frames, and the row tier holds the whole frame already:
 * the view asks it by {@link io.polaroid.store.RowTier#seriesOfFrame} only, leaves out the rows above the one in hand, and goes by the
 * progress of the rows that it was given ({@link AcceptedRows}). Operators keep all that must survive in the result tier; what
 * they hold besides is rebuilt from the stores when they are made.
 */
public interface ViewOperator {
    /** Takes a row in and says how it stands to its worst window. */
    Decision onRow(String input, Accepted row);

    /** Takes in an accepted row of a frame. */
    default Decision onRow(String input, AppliedRows rows, int index) {
        return onRow(input, (Accepted) rows.applied(index));
    }

    /** Closes what this progress of the input's partition closes. Called after each record that is a row or moves progress. */
    void onProgress(String input, long progress, long offset);

    /** The least progress at which {@link #onProgress} has something to close. */
    default long closesAt() {
        return Long.MIN_VALUE;
    }

    /** The progress that closes results: the least of the inputs'. {@link Long#MIN_VALUE} for none yet. */
    long progress();

    /**
     * What the view's topic says of progress: all results before this time are published, what is still to come of them are
     * corrections. {@link Long#MIN_VALUE} for none yet. A function of progress, so that it is the same in every replay.
     */
    long settledBefore();

    /** The least progress at which {@link #settledBefore} changes. */
    default long settlesAt() {
        return Long.MIN_VALUE;
    }

    /** The time from which on results are still needed, however long retention is. */
    default long keepsFrom() {
        return Long.MAX_VALUE;
    }

    /** Publishes what a control record other than of progress changes: the feed went, came back, or has a gap. */
    default void onFeed(ControlRecord control, long offset) {}

    /** Fills in the cells of changed results that are still provisional, before they are logged and shown. */
    void refreshProvisional();

    /** Puts into the result tier what it holds back to put it there together. Called after each frame at least. */
    default void flush() {}

    /** About what it holds on the heap that grows with rows: it counts against the memory that stores may take. */
    default long heapBytes() {
        return 0;
    }

    /** How a row was counted. */
    enum Decision {
        /** The window had not closed. */
        ON_TIME,
        /** The window had closed, and corrections were still accepted. */
        CORRECTED,
        /** Grace was over: the row is in no result. */
        LATE,
        /** The row lies in no window, whenever it comes. */
        OUTSIDE
    }
}

package io.polaroid.topology.view;

import io.polaroid.store.AppliedRows;

/**
 * A view that takes rows out of frames. The row tier may hold the whole frame already: the view asks it by {@link
 * io.polaroid.store.RowTier#seriesOfFrame} only, leaves out the rows above its own, and goes by the progress of the rows that it was
 * given.
 */
public interface FrameOperator extends ViewOperator {
    /** Takes in an accepted row of a frame. */
    Decision onRow(String input, AppliedRows rows, int index);

    /** The least progress at which {@link #onProgress} has something to close. */
    long closesAt();

    /** The least progress at which {@link #settledBefore} changes. */
    long settlesAt();
}

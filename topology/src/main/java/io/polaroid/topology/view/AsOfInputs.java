package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.RowTier;

/**
 * The inputs of a join.
 *
 * @param left rows and columns of the left stream
 * @param right rows and columns of the right stream
 */
public record AsOfInputs(Side left, Side right) {
    /**
     * One input.
     *
     * @param rows its row tier
     * @param columns its columns
     */
    public record Side(RowTier rows, StreamColumns columns) {}
}

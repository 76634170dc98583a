package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.RowTier;

/**
 * An input of a view.
 *
 * @param rows its row tier
 * @param columns its columns
 * @param resumes whether the view goes on where the stores stand; else it is going to be given the rows that they have
 */
public record ViewInput(RowTier rows, StreamColumns columns, boolean resumes) {}

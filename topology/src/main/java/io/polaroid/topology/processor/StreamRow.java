package io.polaroid.topology.processor;

import io.polaroid.store.RowTier;

/**
 * What a stream's processor hands to the views on it: each record, right after the row tier took it in, so that a view sees
 * the rows at or below it and no others.
 *
 * @param stream stream name
 * @param partition partition of its topic
 * @param applied what became of the record
 * @param endsFrame whether it is the last one of its frame
 */
public record StreamRow(String stream, int partition, RowTier.Applied applied, boolean endsFrame) implements StreamInput {}

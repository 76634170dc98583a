package io.polaroid.topology.processor;

import io.polaroid.store.AppliedRows;

/**
 * All records of a frame at once, after the row tier took them in: for streams whose views take rows from frames only.
 *
 * @param stream stream name
 * @param rows what became of the records
 */
public record StreamFrame(String stream, AppliedRows rows) implements StreamInput {}

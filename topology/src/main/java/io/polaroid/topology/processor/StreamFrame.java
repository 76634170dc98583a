package io.polaroid.topology.processor;

import io.polaroid.store.AppliedRows;

/**
 * What a stream's processor hands to the views on it: all records of a frame at once, after the row tier took them in.
 *
 * @param stream stream name
 * @param rows what became of the records
 */
public record StreamFrame(String stream, AppliedRows rows) {}

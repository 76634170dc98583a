package io.polaroid.store.row;

import io.polaroid.store.read.PipelineStatus.FeedStatus;
import io.polaroid.store.read.PipelineStatus.StreamStatus;
import java.util.List;

/**
 * What is true of a partition's rows at one commit.
 *
 * @param horizon rows before this event time are no longer part of the table
 * @param droppedOffset highest offset among rows that have left memory, -1 for none
 * @param status counts, progress and last offset
 * @param feeds feed states
 */
record RowFacts(long horizon, long droppedOffset, StreamStatus status, List<FeedStatus> feeds) {}

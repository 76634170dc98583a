package io.polaroid.store.row;

import io.polaroid.store.read.PipelineStatus.FeedStatus;
import io.polaroid.store.read.PipelineStatus.StreamStatus;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.query.Position;

/**
 * What is true of a partition's rows at one commit.
 *
 * @param horizon rows before this event time are no longer part of the table
 * @param progressBefore progress before the last record
 * @param droppedOffset highest offset among rows that have left the store, -1 for none
 * @param status counts, progress and last offset
 * @param feeds feed states
 * @param newestOfLive newest heartbeat of each live source
 * @param outages what is known of outages
 * @param series how many series there were
 * @param replay what is known beforehand of the records that follow
 * @param position how far the topic is in them
 */
record RowFacts(
        long horizon,
        long progressBefore,
        long droppedOffset,
        StreamStatus status,
        List<FeedStatus> feeds,
        Map<String, Long> newestOfLive,
        List<Outage> outages,
        int series,
        Replay replay,
        Position position) {}

package io.polaroid.store.read;

import java.util.List;
import java.util.Map;

/** How a pipeline is doing, for the page, metrics and {@code polaroid tables}. */
public interface PipelineStatus {
    /** Whether every assigned partition is restored and running. */
    boolean ready();

    /** Name of the application. */
    String application();

    /** Each stream partition that this instance owns. */
    List<StreamStatus> streams();

    /** Each (view, input) whose counts this instance keeps, summed over its partitions. */
    List<ViewStatus> views();

    /** The last control record of each feed. */
    List<FeedStatus> feeds();

    /** How far each partition of each store is, or was, restored from its topic since this instance started. */
    default List<RestoreStatus> restores() {
        return List.of();
    }

    /** Tasks of sources and sinks that have failed and wait to be started again. */
    default List<TaskStatus> restarting() {
        return List.of();
    }

    /**
     * A task that has failed.
     *
     * @param task connector and number, {@code source.exchange/0}
     * @param failures how often in a row
     * @param reason of the last time
     */
    record TaskStatus(String task, int failures, String reason) {}

    /**
     * One stream partition.
     *
     * @param stream stream name
     * @param partition partition number
     * @param rows rows accepted since the topic began
     * @param duplicates rows removed because the feed's id was there already
     * @param deadLetters records that became dead letters
     * @param rerouted rows re-published to their right partition
     * @param progressNanos event-time progress, {@link Long#MIN_VALUE} before the first row
     * @param committedOffset last committed offset, -1 for none
     */
    record StreamStatus(
            String stream,
            int partition,
            long rows,
            long duplicates,
            long deadLetters,
            long rerouted,
            long progressNanos,
            long committedOffset) {}

    /**
     * One input of a view: the counts of rule 4.
     *
     * @param view view name
     * @param input stream name
     * @param counts rows by outcome: {@code on_time, corrected, late, outside, rerouted, duplicate, dead_letter, control}; their
     *     sum is the records read
     */
    record ViewStatus(String view, String input, Map<String, Long> counts) {}

    /**
     * One feed.
     *
     * @param source name of the feed
     * @param state {@code UP}, {@code DOWN} or {@code GAP}
     * @param sinceNanos event time of its last change
     */
    record FeedStatus(String source, String state, long sinceNanos) {}
}

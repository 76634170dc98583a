package io.polaroid.store;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.row.Row;
import java.util.List;
import org.apache.kafka.streams.processor.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * The recent rows of one partition of a stream: time-sorted Arrow columns per series, with the offset of each row and the
 * progress that the partition had before it. The source topic is its changelog, so it logs nothing: {@link #apply} is what
 * both live processing and restore call, record by record in offset order, and all state is a function of those calls.
 *
 * <p>Stream thread only, but for snapshots.
 */
public interface RowTier extends StateStore {
    /** Takes in the next record of the partition. */
    Applied apply(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value);

    /**
     * Takes in the next records of the partition at once. Afterwards the store holds them all: a view that asks it for rows while
     * it takes them one after another does so by {@link #seriesOfFrame}.
     */
    AppliedRows applyAll(RawRows records);

    /** What became of a record. */
    sealed interface Applied {
        /** Its number in the partition: its record's offset, or for one of many in a record {@link StreamFormat#position}. */
        long offset();
    }

    /**
     * A row, now in the store.
     *
     * @param row its cells; valid until the next apply
     * @param progressBefore the partition's progress before it, {@link Long#MIN_VALUE} for the first
     * @param progress the partition's progress with it
     */
    record Accepted(long offset, String series, Row row, long timeNanos, long progressBefore, long progress)
            implements Applied {}

    /** A row whose feed id the series has already (within retention). It does not move progress. */
    record Duplicate(long offset, String series) implements Applied {}

    /** A control record; a heartbeat may have moved progress from {@code progressBefore}. */
    record Control(long offset, ControlRecord control, long progressBefore, long progress) implements Applied {}

    /** A row for another partition or key: not in the store, does not move progress. */
    record Misrouted(long offset, String series) implements Applied {}

    /** Not a row: not in the store. */
    record Malformed(long offset, Problem problem) implements Applied {}

    /** A view's result that is not published yet: not in the store, does not move progress. */
    record Provisional(long offset) implements Applied {}

    /**
     * The rows of a series that are still retained, and before them the last row that is older, which an as-of join without
     * tolerance may match. Retained are rows at or after retention before the progress that the last record found, so that
     * what closes at that record still has its rows, however far ahead it is. Empty for an unknown series. A live view: valid
     * until the next apply.
     */
    SeriesRows series(String series);

    /**
     * {@link #series} for views that take a frame in, row by row, when the store holds all of it: with all rows that were
     * retained when the frame's first record came. Rows of offsets above that of the row in hand are for the view to leave out.
     * The same as {@link #series} if the last record came alone.
     */
    SeriesRows seriesOfFrame(String series);

    /** The event time below which rows may be gone after a restart from here. */
    long retainedFrom();

    /** The series that have rows, sorted. */
    List<String> seriesKeys();

    /** The partition's progress, {@link Long#MIN_VALUE} before the first row. */
    long progress();

    /** What control records say of rows that may be missing; goes on with the tier. */
    Outages outages();

    /** The number of the last row applied, -1 for none; see {@link Applied#offset}. */
    long lastOffset();

    /** Counts and progress for status; {@code committedOffset} as of the last commit. May be called from any thread. */
    PipelineStatus.StreamStatus status();

    /** Last control record of each source. May be called from any thread. */
    List<PipelineStatus.FeedStatus> feeds();
}

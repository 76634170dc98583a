package io.polaroid.topology.view;

import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.topology.view.ViewOperator.Decision;
import java.util.Optional;

/**
 * How rows stand to windows, and which ones are late: by the progress of their partition, or by that of their own series if the view says so.
 * Both are functions of the records before the row.
 */
final class Lateness {
    private final Timing timing;
    private final StreamColumns columns;
    private final Optional<SeriesProgress> ofSeries;

    private Lateness(Timing timing, StreamColumns columns, Optional<SeriesProgress> ofSeries) {
        this.timing = timing;
        this.columns = columns;
        this.ofSeries = ofSeries;
    }

    static Lateness of(Timing timing, ViewInput input) {
        long seen = input.resumes() ? input.rows().lastOffset() : -1;
        return new Lateness(
                timing,
                input.columns(),
                timing.ofSeriesNanos().isPresent()
                        ? Optional.of(new SeriesProgress(input.rows(), seen))
                        : Optional.empty());
    }

    /** The view was given a row. */
    void saw(AppliedRows frame, int index) {
        if (ofSeries.isPresent()) {
            ofSeries.get().saw(frame.seriesName(frame.series(index)), frame.timeNanos(index), frame.offset(index));
        }
    }

    /** The view was given a row. */
    void saw(Accepted row) {
        ofSeries.ifPresent(own -> own.saw(row.series(), row.timeNanos(), row.offset()));
    }

    /** How a row that the view was given stands to a window with this exclusive end. */
    Decision decide(Accepted row, long endNanos) {
        return decide(row.series(), endNanos, row.progressBefore(), row.offset());
    }

    /**
     * How a row stands to a window with this exclusive end.
     *
     * @param before the progress that its partition had before it
     */
    Decision decide(String series, long endNanos, long before, long offset) {
        var decision = timing.decide(endNanos, before);
        return decision == Decision.CORRECTED && hasPassed(series, endNanos, offset) ? Decision.LATE : decision;
    }

    private boolean hasPassed(String series, long endNanos, long offset) {
        return ofSeries.isPresent() && ofSeries.get().before(series, offset) >= timing.passedAt(endNanos);
    }

    /** Whether a row of the row tier was late for a window with this exclusive end when it came. */
    boolean wasLate(SeriesRows rows, int index, long endNanos) {
        return switch (timing.decide(endNanos, rows.progressBefore(index))) {
            case LATE -> true;
            case CORRECTED ->
                ofSeries.isPresent()
                        && hasPassed(SeriesKey.of(rows.row(index), columns.key()), endNanos, rows.offset(index));
            case ON_TIME, OUTSIDE -> false;
        };
    }

    /** How far a late row's series or partition was past the point after which no row of a window with this exclusive end is accepted. */
    long nanos(Accepted row, long endNanos) {
        return nanos(row.series(), endNanos, row.progressBefore(), row.offset());
    }

    /** {@link #nanos(Accepted, long)} */
    long nanos(String series, long endNanos, long before, long offset) {
        return ofSeries.isPresent() && hasPassed(series, endNanos, offset)
                ? ofSeries.get().before(series, offset) - timing.passedAt(endNanos)
                : timing.lateness(endNanos, before);
    }

    /** About what it takes of the heap. */
    long heapBytes() {
        return ofSeries.map(SeriesProgress::heapBytes).orElse(0L);
    }
}

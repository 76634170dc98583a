package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;

/**
 * Windows that start every so often, as in Polars {@code group_by_dynamic}.
 *
 * @param every how often one starts; positive
 * @param period how long each is; positive
 * @param offset what is added to the start of the first one
 * @param closed which ends belong to a window
 * @param startBy where the first one starts
 */
public record Windows(Span every, Span period, Span offset, Closed closed, StartBy startBy) {
    /** Windows {@code [start, start + every)} side by side. */
    public static Windows every(Span every) {
        return new Windows(every, every, Span.ZERO, Closed.LEFT, StartBy.WINDOW);
    }

    /** The same, each this long. */
    public Windows period(Span newPeriod) {
        return new Windows(every, newPeriod, offset, closed, startBy);
    }

    /** The same, moved. */
    public Windows offset(Span newOffset) {
        return new Windows(every, period, newOffset, closed, startBy);
    }

    /** The same, with these ends. */
    public Windows closed(Closed newClosed) {
        return new Windows(every, period, offset, newClosed, startBy);
    }

    /** The same, with the first one here. */
    public Windows startBy(StartBy newStart) {
        return new Windows(every, period, offset, closed, newStart);
    }
}

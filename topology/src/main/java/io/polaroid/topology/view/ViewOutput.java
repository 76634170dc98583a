package io.polaroid.topology.view;

import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.row.Row;

/** Where a view's operator sends what it has. */
public interface ViewOutput {
    /** Sends a published result: its revision and published columns are set. */
    void publish(String series, long timeNanos, Row result);

    /**
     * Sends a result of a series whose record key is at hand.
     *
     * @param key the series in UTF-8
     */
    void publish(byte[] key, long timeNanos, Row result);

    /** Tells of a row that no result accepts any more. */
    void late(LateRow late);

    /**
     * A row that came too late.
     *
     * @param input the stream it came from
     * @param row the row
     * @param windowStart start of its worst window, ns since 1970 UTC
     * @param windowEnd exclusive end of it
     * @param latenessNanos how far progress was past the end of grace
     */
    record LateRow(String input, Accepted row, long windowStart, long windowEnd, long latenessNanos) {}
}

package io.polaroid.sinks.parquet;

/**
 * The rows since the last end of files.
 *
 * @param firstOffset number of the first row
 * @param lastOffset greatest number that is done with the last row: its own, or the last one of its record
 * @param rows how many
 * @param files how many files they lie in
 * @param firstMillis event time of the first row, in offset order
 */
record Span(long firstOffset, long lastOffset, long rows, int files, long firstMillis) {
    static final Span EMPTY = new Span(-1, -1, 0, 0, 0);

    /** With one row more. */
    Span with(long offset, long end, long millis, boolean opens) {
        return rows == 0
                ? new Span(offset, end, 1, 1, millis)
                : new Span(firstOffset, end, rows + 1, opens ? files + 1 : files, firstMillis);
    }
}

package io.polaroid.sinks.parquet;

/**
 * The rows since the last end of files.
 *
 * @param firstOffset offset of the first row
 * @param lastOffset offset of the last row
 * @param rows how many
 * @param files how many files they lie in
 * @param firstMillis event time of the first row, in offset order
 */
record Span(long firstOffset, long lastOffset, long rows, int files, long firstMillis) {
    static final Span EMPTY = new Span(-1, -1, 0, 0, 0);

    /** With one row more. */
    Span with(long offset, long millis, boolean opens) {
        return rows == 0
                ? new Span(offset, offset, 1, 1, millis)
                : new Span(firstOffset, offset, rows + 1, opens ? files + 1 : files, firstMillis);
    }
}

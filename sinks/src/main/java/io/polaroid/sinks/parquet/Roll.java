package io.polaroid.sinks.parquet;

/**
 * Where file sets end: a pure function of the records since the previous end. Nothing of polls, clocks or restarts comes
 * in, so that every task that begins at the same offset cuts the same files.
 *
 * @param rows a set ends with its so-manieth row
 * @param everyMillis a set ends before a row that lies in a later bucket of event time than its first one
 * @param files a set ends before a row that would need one file more than this (a file per day and schema)
 */
record Roll(long rows, long everyMillis, int files) {
    /** Whether {@code span} ends before a row of this time; {@code opens} says that the row needs a file of its own. */
    boolean endsBefore(Span span, long millis, boolean opens) {
        return span.rows() > 0 && (bucket(millis) > bucket(span.firstMillis()) || (opens && span.files() >= files));
    }

    /** Whether {@code span} is full. */
    boolean isFull(Span span) {
        return span.rows() >= rows;
    }

    /**
     * Whether a heartbeat of this time ends {@code span}: only one that is a whole bucket further than a row would have to
     * be, since the feeds of one partition differ in progress, and each heartbeat of the faster would else cut the slower.
     */
    boolean endsAtHeartbeat(Span span, long millis) {
        return span.rows() > 0 && bucket(millis) > bucket(span.firstMillis()) + 1;
    }

    private long bucket(long millis) {
        return Math.floorDiv(millis, everyMillis);
    }
}

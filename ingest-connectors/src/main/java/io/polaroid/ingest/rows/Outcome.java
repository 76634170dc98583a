package io.polaroid.ingest.rows;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.row.Row;

/** What one rule made of a message. A message that no rule matches has no outcome. */
public sealed interface Outcome {
    /**
     * A row.
     *
     * @param stream the stream that it belongs to
     * @param key its series
     * @param partition the partition of its series
     * @param eventTimeNanos ns since 1970 UTC
     * @param row cells in the order of the stream's schema
     */
    record Accepted(String stream, String key, int partition, long eventTimeNanos, Row row) implements Outcome {}

    /**
     * A message that should have become a row and cannot.
     *
     * @param into the stream that it was meant for, empty where that cannot be told
     * @param problem why
     */
    record Rejected(String into, Problem problem) implements Outcome {}
}

package io.polaroid.store.result;

import io.polaroid.store.spill.Spill;
import io.polaroid.store.spill.SpillInts;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the changelog holds for results of one stretch of time, and which rows of the table those are. */
final class BucketLog {
    /** Rows of the table in this bucket. */
    final SpillInts rows;

    /** Live changelog records: sequence number and how many rows each holds. */
    final Map<Long, Integer> records = new LinkedHashMap<>();

    private long loggedRows;

    BucketLog(Spill spill) {
        this.rows = new SpillInts(spill);
    }

    void logged(long number, int rowCount) {
        Integer before = records.put(number, rowCount);
        loggedRows += rowCount - (before == null ? 0 : before);
    }

    void forget(long number) {
        Integer before = records.remove(number);
        loggedRows -= before == null ? 0 : before;
    }

    /** How many times over the changelog holds the bucket's rows. */
    long loggedRows() {
        return loggedRows;
    }
}

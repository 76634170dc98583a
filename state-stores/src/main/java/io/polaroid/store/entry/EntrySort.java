package io.polaroid.store.entry;

/**
 * What entries are ordered by: bytes, time, sequence; or before that by the segment of time that they lie in, which is the order
 * that Kafka's caches expect of a persistent store with times.
 *
 * @param segmentMs how long segments are, 0 for none
 */
public record EntrySort(long segmentMs) {
    static final EntrySort BY_KEY = new EntrySort(0);

    int compare(EntryCells cells, int row, EntryKey other) {
        if (segmentMs > 0) {
            int segments = Long.compare(segment(cells.time(row)), segment(other.time()));
            if (segments != 0) {
                return segments;
            }
        }
        int bytes = cells.compareBytes(row, other.bytes());
        if (bytes != 0) {
            return bytes;
        }
        int times = Long.compare(cells.time(row), other.time());
        return times != 0 ? times : Long.compare(cells.sequence(row), other.sequence());
    }

    long segment(long time) {
        return Math.floorDiv(time, segmentMs);
    }
}

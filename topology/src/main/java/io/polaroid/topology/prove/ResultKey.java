package io.polaroid.topology.prove;

import java.util.Comparator;

/** What tells the results of a view apart. */
record ResultKey(String series, long timeNanos, long sequence) implements Comparable<ResultKey> {
    private static final Comparator<ResultKey> ORDER = Comparator.comparingLong(ResultKey::timeNanos)
            .thenComparing(ResultKey::series)
            .thenComparingLong(ResultKey::sequence);

    @Override
    public int compareTo(ResultKey other) {
        return ORDER.compare(this, other);
    }
}

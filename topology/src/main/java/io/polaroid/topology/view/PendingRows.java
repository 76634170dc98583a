package io.polaroid.topology.view;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Rows whose results wait to be published, each once, in the order in which that happens. */
final class PendingRows {
    private final TreeSet<Pending> queue = new TreeSet<>(Comparator.comparingLong(Pending::timeNanos)
            .thenComparing(Pending::series)
            .thenComparingLong(Pending::sequence));

    /** A row by its result's identity. */
    record Pending(String series, long timeNanos, long sequence) {}

    void add(String series, long timeNanos, long sequence) {
        queue.add(new Pending(series, timeNanos, sequence));
    }

    @Nullable
    Pending peek() {
        return queue.isEmpty() ? null : queue.first();
    }

    void remove() {
        queue.pollFirst();
    }
}

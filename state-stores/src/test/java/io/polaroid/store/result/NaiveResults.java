package io.polaroid.store.result;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The result tier's twin: a sorted map from key to cells. */
final class NaiveResults {
    record Key(String series, long time, long sequence) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::series)
                    .thenComparingLong(Key::time)
                    .thenComparingLong(Key::sequence)
                    .compare(this, other);
        }
    }

    /** Cells, doubles and longs of a result. */
    static final class Cells {
        final Object[] results = new Object[Results.SCHEMA.getFields().size()];
        final double[] doubles = new double[Results.DOUBLES];
        final long[] longs = new long[Results.LONGS];

        @Override
        public boolean equals(Object other) {
            return other instanceof Cells cells && toString().equals(cells.toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }

        @Override
        public String toString() {
            return Arrays.toString(results) + Arrays.toString(doubles) + Arrays.toString(longs);
        }
    }

    final Map<Key, Cells> rows = new TreeMap<>();
    final Map<String, Long> counts = new TreeMap<>();
    final Set<Key> changed = new LinkedHashSet<>();
    long horizon = Long.MIN_VALUE;

    void expireBefore(long time) {
        horizon = Math.max(horizon, time);
        rows.keySet().removeIf(key -> key.time() < horizon);
        changed.removeIf(key -> key.time() < horizon);
    }

    static Map<Key, Cells> of(ViewResults store) {
        Map<Key, Cells> found = new TreeMap<>();
        ResultRows rows = store.rows();
        rows.forEachRow(row -> {
            var cells = new Cells();
            for (int column = 0; column < cells.results.length; column++) {
                cells.results[column] = rows.result(row).valueAt(column);
            }
            for (int i = 0; i < Results.DOUBLES; i++) {
                cells.doubles[i] = rows.slots(row).doubleAt(i);
            }
            for (int i = 0; i < Results.LONGS; i++) {
                cells.longs[i] = rows.slots(row).longAt(i);
            }
            Cells before = found.put(new Key(rows.series(row), rows.timeNanos(row), rows.sequence(row)), cells);
            if (before != null) {
                throw new AssertionError("two rows of one key: " + before + " and " + cells);
            }
        });
        return found;
    }
}

package io.polaroid.topology.view;

import io.polaroid.store.RowTier;
import io.polaroid.store.SeriesRows;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How far series were by themselves: before each row the greatest time of the rows of its series. Known of series of which it was asked, from the rows
 * that the row tier keeps; older rows are as if there had been none, which is for its user not to care about.
 *
 * <p><b>Cost</b> of a series when first asked for O(n log n) of its rows, then O(1) a row and O(log n) a question.
 */
final class SeriesProgress {
    private static final int SERIES_BYTES = 128;

    private final RowTier tier;
    private final Map<String, Rises> known = new HashMap<>();
    private long seen;

    /** Of a view that was given the rows of its input up to a number. */
    SeriesProgress(RowTier tier, long seen) {
        this.tier = tier;
        this.seen = seen;
    }

    /** The view was given a row; in the order of their numbers. */
    void saw(String series, long timeNanos, long offset) {
        seen = Math.max(seen, offset);
        var rises = known.get(series);
        if (rises != null) {
            rises.add(timeNanos, offset);
        }
    }

    /** The greatest time of the rows of a series below a number that the view was given, {@link Long#MIN_VALUE} if it is not known. */
    long before(String series, long offset) {
        return known.computeIfAbsent(series, this::rises).before(offset);
    }

    /** About what it takes of the heap. */
    long heapBytes() {
        return known.values().stream()
                .mapToLong(rises -> SERIES_BYTES + 16L * rises.times.length)
                .sum();
    }

    private Rises rises(String series) {
        SeriesRows rows = tier.seriesOfFrame(series);
        var rises = new Rises(series);
        IntStream.range(0, rows.size())
                .filter(index -> rows.offset(index) <= seen)
                .boxed()
                .sorted(Comparator.comparingLong(rows::offset))
                .forEach(index -> rises.add(rows.timeNanos(index), rows.offset(index)));
        return rises;
    }

    /** The rows that were later than all before them, in the order of their numbers. */
    private final class Rises {
        private final String series;
        private long[] times = new long[8];
        private long[] offsets = new long[8];
        private int count;

        Rises(String series) {
            this.series = series;
        }

        void add(long time, long offset) {
            if (count > 0 && time <= times[count - 1]) {
                return;
            }
            if (count == times.length) {
                forget();
            }
            if (count == times.length) {
                times = Arrays.copyOf(times, count * 2);
                offsets = Arrays.copyOf(offsets, count * 2);
            }
            times[count] = time;
            offsets[count++] = offset;
        }

        /** Nobody asks of windows that end before the first row that the view is shown. */
        private void forget() {
            SeriesRows rows = tier.seriesOfFrame(series);
            int first = Arrays.binarySearch(times, 0, count, rows.size() == 0 ? Long.MIN_VALUE : rows.timeNanos(0));
            int from = first < 0 ? -first - 1 : first;
            System.arraycopy(times, from, times, 0, count - from);
            System.arraycopy(offsets, from, offsets, 0, count - from);
            count -= from;
        }

        long before(long offset) {
            int at = Arrays.binarySearch(offsets, 0, count, offset);
            int below = (at < 0 ? -at - 1 : at) - 1;
            return below < 0 ? Long.MIN_VALUE : times[below];
        }
    }
}

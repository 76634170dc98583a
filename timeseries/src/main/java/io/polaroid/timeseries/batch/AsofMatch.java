package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Workers;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Finds the right row of each left row: one walk over both sides in order of time, that remembers the newest right row of each
 * series. A match is put where the number of its row's series stood, so that the answer takes no memory of its own: a row without a series has
 * -1 there, which is also no match. Once only, therefore.
 */
final class AsofMatch {
    private static final int FEWEST_ROWS = 1 << 16;

    private final Side left;
    private final Side right;
    private final int series;
    private final boolean exact;
    private final long tolerance;

    /**
     * @param series how many series there are
     * @param exact whether a right row of the same time may match
     * @param tolerance the greatest distance, as an unsigned number
     */
    AsofMatch(Side left, Side right, int series, boolean exact, long tolerance) {
        this.left = left;
        this.right = right;
        this.series = series;
        this.exact = exact;
        this.tolerance = tolerance;
    }

    /**
     * Rows of one side in order of time.
     *
     * @param times time of each row of the table
     * @param codes series of each row; -1 for none
     * @param order rows of the table by time; empty if they lie so
     */
    record Side(LongBuffer times, int[] codes, int[] order) {
        int size() {
            return order.length > 0 ? order.length : times.limit();
        }

        int row(int place) {
            return order.length > 0 ? order[place] : place;
        }

        long time(int place) {
            return times.get(row(place));
        }

        /** The first place at or after a time, or after it. */
        int search(long time, boolean after) {
            int low = 0;
            int high = size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                long at = time(middle);
                if (at < time || after && at == time) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    /** The last right row before each left row, or {@link Gather#NULL}. */
    int[] backward(Workers workers) {
        eachPart(workers, this::backward);
        return left.codes;
    }

    /**
     * The first right row after each left row, or {@link Gather#NULL}.
     *
     * @param lastOfEqual which of several right rows of one time
     */
    int[] forward(Workers workers, boolean lastOfEqual) {
        eachPart(workers, (from, to) -> forward(from, to, lastOfEqual));
        return left.codes;
    }

    /**
     * The nearer of both.
     *
     * @param laterWins which of two at the same distance
     */
    int[] nearest(Workers workers, boolean laterWins) {
        int[] codes = left.codes.clone();
        int[] before = backward(workers);
        int[] after = new AsofMatch(new Side(left.times, codes, left.order), right, series, exact, tolerance)
                .forward(workers, true);
        for (int row = 0; row < before.length; row++) {
            if (before[row] == Gather.NULL) {
                before[row] = after[row];
            } else if (after[row] != Gather.NULL) {
                long back = left.times.get(row) - right.times.get(before[row]);
                long ahead = right.times.get(after[row]) - left.times.get(row);
                int order = Long.compareUnsigned(ahead, back);
                before[row] = order < 0 || order == 0 && laterWins ? after[row] : before[row];
            }
        }
        return before;
    }

    private interface Part {
        void run(int from, int to);
    }

    private void eachPart(Workers workers, Part part) {
        int size = left.size();
        int parts = Math.max(1, Math.min(workers.parallelism(), size / FEWEST_ROWS));
        workers.run(parts, i -> part.run((int) ((long) size * i / parts), (int) ((long) size * (i + 1) / parts)));
    }

    private void backward(int from, int to) {
        int[] matches = left.codes;
        if (from == to) {
            return;
        }
        int[] newest = new int[series];
        Arrays.fill(newest, Gather.NULL);
        int next = right.search(left.time(from), exact);
        remember(newest, next);
        int end = right.size();
        for (int place = from; place < to; place++) {
            int row = left.row(place);
            long time = left.times.get(row);
            while (next < end) {
                int candidate = right.row(next);
                long at = right.times.get(candidate);
                if (exact ? at > time : at >= time) {
                    break;
                }
                int code = right.codes[candidate];
                if (code >= 0) {
                    newest[code] = candidate;
                }
                next++;
            }
            int code = left.codes[row];
            if (code >= 0) {
                int match = newest[code];
                boolean isNear = match >= 0 && Long.compareUnsigned(time - right.times.get(match), tolerance) <= 0;
                matches[row] = isNear ? match : Gather.NULL;
            }
        }
    }

    // What a walk from the start would know at this place: the last row of each series before it.
    private void remember(int[] newest, int before) {
        int missing = series;
        for (int place = before - 1; place >= 0 && missing > 0; place--) {
            int row = right.row(place);
            int code = right.codes[row];
            if (code >= 0 && newest[code] == Gather.NULL) {
                newest[code] = row;
                missing--;
            }
        }
    }

    private void forward(int from, int to, boolean lastOfEqual) {
        int[] matches = left.codes;
        if (from == to) {
            return;
        }
        int[] nearest = new int[series];
        Arrays.fill(nearest, Gather.NULL);
        int next = right.search(left.time(to - 1), !exact) - 1;
        lookAhead(nearest, next + 1, lastOfEqual);
        for (int place = to - 1; place >= from; place--) {
            int row = left.row(place);
            long time = left.times.get(row);
            while (next >= 0) {
                int candidate = right.row(next);
                long at = right.times.get(candidate);
                if (exact ? at < time : at <= time) {
                    break;
                }
                take(nearest, candidate, lastOfEqual);
                next--;
            }
            int code = left.codes[row];
            if (code >= 0) {
                int match = nearest[code];
                boolean isNear = match >= 0 && Long.compareUnsigned(right.times.get(match) - time, tolerance) <= 0;
                matches[row] = isNear ? match : Gather.NULL;
            }
        }
    }

    private void take(int[] nearest, int candidate, boolean lastOfEqual) {
        int code = right.codes[candidate];
        if (code >= 0) {
            int held = nearest[code];
            boolean keep = lastOfEqual && held >= 0 && right.times.get(held) == right.times.get(candidate);
            nearest[code] = keep ? held : candidate;
        }
    }

    private void lookAhead(int[] nearest, int from, boolean lastOfEqual) {
        int missing = series;
        int[] found = new int[series];
        for (int place = from; place < right.size() && missing > 0; place++) {
            int row = right.row(place);
            int code = right.codes[row];
            if (code < 0) {
                continue;
            }
            int held = nearest[code];
            if (held == Gather.NULL) {
                nearest[code] = row;
                found[code] = lastOfEqual ? 0 : 1;
                missing -= found[code];
            } else if (lastOfEqual && found[code] == 0 && right.times.get(held) == right.times.get(row)) {
                nearest[code] = row;
            } else if (found[code] == 0) {
                found[code] = 1;
                missing--;
            }
        }
    }
}

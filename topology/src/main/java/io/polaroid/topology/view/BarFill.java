package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;

/**
 * Bars of buckets without rows. A series has them after its first bar, until {@code max_gap} after its last bar with rows. Their
 * cells follow from the bars with rows around them, so a change of one of these revises the stretch of empty bars beside it.
 */
final class BarFill {
    private final ResultTier results;
    private final BarCells cells;
    private final Results publisher;
    private final BiConsumer<Long, String> expect;
    private final StreamColumns input;
    private final boolean isOn;
    private final boolean looksAhead;
    private final boolean isLimited;
    private final Grid grid;
    private final long maxGap;
    private final Map<String, Long> lastWithRows = new HashMap<>();

    /** @param expect told of the next bucket that a series has a bar for, with or without rows */
    BarFill(
            ViewSpec.Resample view,
            StreamColumns input,
            ResultTier results,
            BarCells cells,
            Grid grid,
            Results publisher,
            BiConsumer<Long, String> expect) {
        this.results = results;
        this.cells = cells;
        this.publisher = publisher;
        this.expect = expect;
        this.input = input;
        this.isOn = view.gaps().isFilled();
        this.looksAhead = view.gaps().looksAhead();
        this.isLimited = view.gaps().isLimited();
        this.grid = grid;
        this.maxGap = view.gaps().maxGap().toNanos();
    }

    /** Expects what the published results lead to expect. */
    void resume() {
        if (!isOn) {
            return;
        }
        var newest = new HashMap<String, Long>();
        results.forEachRow(row -> {
            if (!results.isProvisional(row)) {
                newest.merge(results.series(row), results.timeNanos(row), Math::max);
                if (cells.hasRows(row)) {
                    lastWithRows.merge(results.series(row), results.timeNanos(row), Math::max);
                }
            }
        });
        newest.forEach((series, start) -> expectAfter(start, series));
    }

    private void expectAfter(long start, String series) {
        Long last = lastWithRows.get(series);
        long next = grid.next(start);
        if (last != null && next != Grid.NONE_AFTER && next - last <= maxGap) {
            expect.accept(next, series);
        }
    }

    /** The new bar of a bucket that closes without rows, or -1 if there is none. */
    int insert(String series, long start) {
        Long last = lastWithRows.get(series);
        int previous = last == null ? -1 : results.find(series, last, 0);
        return previous < 0 ? -1 : insert(series, start, nth(start, previous), previous, -1);
    }

    /** How many windows one is after another; 1 if it does not matter. */
    private long nth(long start, int previous) {
        long nth = 1;
        for (long at = grid.previous(start); isLimited && at > results.timeNanos(previous); at = grid.previous(at)) {
            nth++;
        }
        return nth;
    }

    private int insert(String series, long start, long nth, int previous, int next) {
        int result = results.insert(series, start, 0);
        for (int column = 0; column < input.key().size(); column++) {
            results.set(result, column, results.result(previous).valueAt(column));
        }
        results.set(result, input.key().size(), TimeUnits.fromNanos(start, input.unit()));
        cells.reset(result);
        cells.fill(result, nth, previous, next);
        return result;
    }

    /** Goes on after a bucket has closed and its bar is published. */
    void closed(String series, long start, int result, Results.Cause cause) {
        if (!isOn) {
            return;
        }
        if (cells.hasRows(result)) {
            lastWithRows.merge(series, start, Math::max);
            if (looksAhead) {
                reviseBefore(series, start, Stretch.upTo(start), cause);
            }
        }
        expectAfter(start, series);
    }

    /**
     * Revises the empty bars around a published bar that has changed.
     *
     * @param last the start of the last bucket that has closed
     */
    void corrected(String series, long start, long last, Results.Cause cause) {
        if (!isOn) {
            return;
        }
        lastWithRows.merge(series, start, Math::max);
        var stretch = Stretch.upTo(last);
        if (looksAhead) {
            reviseBefore(series, start, stretch, cause);
        }
        reviseAfter(series, start, stretch, cause);
    }

    /**
     * The buckets that may be revised.
     *
     * @param first the start of the first one
     * @param last the start of the last bucket that has closed
     * @param revises which of them
     */
    record Stretch(long first, long last, LongPredicate revises) {
        static Stretch upTo(long last) {
            return new Stretch(Long.MIN_VALUE, last, bucket -> true);
        }
    }

    /** Revises the empty bars of series whose feed has changed. */
    void reviseAll(Set<String> series, Stretch stretch, Results.Cause cause) {
        for (String key : series) {
            var withRows = new TreeSet<Long>();
            results.forEachRow(row -> {
                if (results.series(row).equals(key) && !results.isProvisional(row) && cells.hasRows(row)) {
                    withRows.add(results.timeNanos(row));
                }
            });
            Long before = withRows.floor(stretch.first());
            for (long start : withRows.tailSet(before == null ? Long.MIN_VALUE : before)) {
                reviseAfter(key, start, stretch, cause);
            }
        }
    }

    private void reviseBefore(String series, long start, Stretch stretch, Results.Cause cause) {
        for (long before = grid.previous(start); before != Grid.NONE_BEFORE; before = grid.previous(before)) {
            int result = results.find(series, before, 0);
            if (result < 0) {
                return;
            }
            if (cells.hasRows(result)) {
                reviseAfter(series, before, stretch, cause);
                return;
            }
        }
    }

    /** The stretch of empty bars after a bar with rows. */
    private void reviseAfter(String series, long start, Stretch stretch, Results.Cause cause) {
        int previous = results.find(series, start, 0);
        int next = -1;
        var empty = new ArrayList<Long>();
        long at = grid.next(start);
        for (; at <= stretch.last() && at - start <= maxGap; at = grid.next(at)) {
            int result = results.find(series, at, 0);
            if (result >= 0 && cells.hasRows(result)) {
                next = result;
                break;
            }
            empty.add(at);
        }
        if (next < 0 && at > stretch.last() && at != Grid.NONE_AFTER && at - start <= maxGap) {
            expect.accept(at, series);
        }
        long nth = 0;
        for (long bucket : empty) {
            nth++;
            int result = results.find(series, bucket, 0);
            if (result < 0) {
                publisher.publish(insert(series, bucket, nth, previous, next), cause);
            } else if (bucket >= stretch.first()
                    && stretch.revises().test(bucket)
                    && cells.fill(result, nth, previous, next)) {
                publisher.publish(result, cause);
            }
        }
    }
}

package io.polaroid.store.query;

import io.polaroid.store.column.ChunkOrder;
import io.polaroid.store.column.OrderColumns;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import java.time.Instant;
import java.util.Optional;

/** The rows of selections in one view of a store's table, by the order of its chunks; {@link RowFinder} makes it. */
public final class SelectedRows {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** So many series are looked up one by one in a chunk, which has not many more series than that. */
    private static final int FEW_SERIES = 64;

    private final TableView view;
    private final OrderColumns by;
    private final long horizon;
    private final SeriesRanks ranks;
    private int chunks;
    private long looked;

    SelectedRows(TableView view, OrderColumns by, long horizon, SeriesRanks ranks) {
        this.view = view;
        this.by = by;
        this.horizon = horizon;
        this.ranks = ranks;
    }

    /** The rows, by key, time and order; of {@link RowSelection.LatestAt}, by key. */
    public RowRuns of(RowSelection selection) {
        int first = ranks.first(selection.keys());
        int end = ranks.end(selection.keys());
        if (first >= end) {
            return new RowRuns();
        }
        return switch (selection) {
            case RowSelection.Between between -> between(between, first, end);
            case RowSelection.LatestAt latest -> latest(latest, first, end);
        };
    }

    /** How it was found, for somebody who wants to know what a query costs. */
    public String howFound() {
        return "looked at %d rows of %d, in %d chunks of %d".formatted(looked, view.rows(), chunks, view.chunks());
    }

    /** Of each group of a chunk that is asked for. */
    @FunctionalInterface
    private interface Group {
        void take(int chunk, ChunkOrder order, int group, int rank);
    }

    private void forEachGroup(int chunk, ChunkOrder order, int first, int end, Group action) {
        chunks++;
        if (end - first <= FEW_SERIES && end - first < order.groups()) {
            for (int rank = first; rank < end; rank++) {
                int group = order.find(ranks.number(rank));
                if (group >= 0) {
                    action.take(chunk, order, group, rank);
                }
            }
            return;
        }
        for (int group = 0; group < order.groups(); group++) {
            int rank = ranks.rank(order.series(group));
            if (rank >= first && rank < end) {
                action.take(chunk, order, group, rank);
            }
        }
    }

    private RowRuns between(RowSelection.Between asked, int first, int end) {
        long from = Math.max(horizon, asked.from().map(SelectedRows::nanos).orElse(Long.MIN_VALUE));
        Optional<Long> to = asked.to().map(SelectedRows::nanos);
        var found = new FoundRows(first, end);
        for (int chunk = 0; chunk < view.chunks(); chunk++) {
            ChunkOrder order = view.order(chunk, by);
            if (order.greatest() < from || to.isPresent() && order.least() >= to.get()) {
                continue;
            }
            forEachGroup(chunk, order, first, end, (number, rows, group, rank) -> {
                int at = rows.atOrAfter(group, from);
                int last = to.isPresent() ? rows.atOrAfter(group, to.get()) : rows.to(group);
                for (; at < last; at++) {
                    if (isThere(number, rows, at)) {
                        looked++;
                        found.add(rank, TableView.firstRow(number) + rows.row(at));
                    }
                }
            });
        }
        return found.inOrder(this::precedes);
    }

    private RowRuns latest(RowSelection.LatestAt asked, int first, int end) {
        long at = asked.at().map(SelectedRows::nanos).orElse(Long.MAX_VALUE);
        int[] latest = new int[end - first];
        for (int chunk = view.chunks() - 1; chunk >= 0; chunk--) {
            ChunkOrder order = view.order(chunk, by);
            if (order.greatest() < horizon
                    || order.least() > at
                    || latest.length == 1 && latest[0] > 0 && order.greatest() < time(latest[0] - 1)) {
                continue;
            }
            forEachGroup(chunk, order, first, end, (number, rows, group, rank) -> {
                int row = lastAt(number, rows, group, at);
                int known = latest[rank - first] - 1;
                if (row >= 0 && (known < 0 || precedes(known, row))) {
                    latest[rank - first] = row + 1;
                }
            });
        }
        var selected = new RowRuns();
        for (int row : latest) {
            if (row > 0) {
                selected.add(row - 1);
            }
        }
        return selected;
    }

    /** The last row of a group at or before a time, -1 for none that has not expired. */
    private int lastAt(int chunk, ChunkOrder rows, int group, long at) {
        int place = at == Long.MAX_VALUE ? rows.to(group) : rows.atOrAfter(group, at + 1);
        while (--place >= rows.from(group) && rows.time(place) >= horizon) {
            looked++;
            if (isThere(chunk, rows, place)) {
                return TableView.firstRow(chunk) + rows.row(place);
            }
        }
        return -1;
    }

    /** The order may know rows that are newer than the view. */
    private boolean isThere(int chunk, ChunkOrder rows, int at) {
        return rows.row(at) < view.rows(chunk);
    }

    private boolean precedes(int row, int other) {
        long time = time(row);
        long otherTime = time(other);
        return time < otherTime || time == otherTime && view.longAt(row, by.order()) < view.longAt(other, by.order());
    }

    private long time(int row) {
        return view.longAt(row, by.time());
    }

    /** Times that nanoseconds cannot hold are before or behind all rows. */
    private static long nanos(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS_PER_SECOND), time.getNano());
        } catch (ArithmeticException e) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}

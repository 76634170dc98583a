package io.polaroid.store.result;

import io.polaroid.store.StagedResults;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import io.polaroid.store.read.TableSnapshot;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** All state of one view partition, rows and counts, and its changelog. */
final class ViewResults implements AutoCloseable {
    private static final int COMPACT_ROWS = 4096;

    private final ResultRows rows;
    private final ResultChangelog changelog;
    private final Map<String, Long> counts = new HashMap<>();
    private long offset = -1;
    private long progressNanos = Long.MIN_VALUE;
    private boolean stateChanged;
    private int hidden;

    ViewResults(ResultTable layout, BufferAllocator allocator) {
        this.rows = new ResultRows(layout, allocator);
        this.changelog = new ResultChangelog(layout, allocator);
    }

    ResultRows rows() {
        return rows;
    }

    int insert(String series, long timeNanos, long sequence) {
        int row = rows.insert(series, timeNanos, sequence);
        changelog.inserted(row, timeNanos);
        return row;
    }

    void insertAll(StagedResults staged, String[] series, int count, long timeNanos) {
        int first = rows.insertAll(staged, series, count, timeNanos);
        for (int row = first; row < first + count; row++) {
            changelog.inserted(row, timeNanos);
        }
    }

    long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    void increment(String name) {
        increment(name, 1);
    }

    void increment(String name, long by) {
        counts.merge(name, by, Long::sum);
        stateChanged = true;
    }

    void reached(long inputOffset, long newProgressNanos) {
        offset = inputOffset;
        progressNanos = newProgressNanos;
        stateChanged = true;
    }

    void expireBefore(long timeNanos) {
        if (timeNanos <= rows.horizon()) {
            return;
        }
        rows.expireBefore(timeNanos);
        stateChanged = true;
        hidden += changelog.expireBefore(timeNanos);
        if (hidden >= COMPACT_ROWS && hidden * 4L >= rows.table().rows()) {
            changelog.renumber(rows.compact());
            hidden = 0;
        }
    }

    ViewState state() {
        return new ViewState(rows.horizon(), offset, progressNanos, counts);
    }

    TableView view() {
        return rows.table().view();
    }

    /** Logs what has changed; whether anything had. */
    boolean write(ResultChangelog.Log log) {
        if (!rows.hasChanges() && !stateChanged && !changelog.hasObsolete()) {
            return false;
        }
        changelog.write(rows, state(), log);
        rows.clearChanges();
        stateChanged = false;
        return true;
    }

    /** Takes a changelog record back in; whether it ends a commit. */
    boolean restore(byte[] key, byte @Nullable [] value) {
        ChangelogKey parsed = ChangelogKey.of(key);
        return switch (parsed.kind()) {
            case ROWS -> {
                changelog.restore(parsed, value, rows);
                yield false;
            }
            case STATE -> {
                if (value == null) {
                    throw new IllegalArgumentException("the changelog's state record has no value");
                }
                restore(ViewState.of(value));
                yield true;
            }
        };
    }

    private void restore(ViewState state) {
        counts.clear();
        counts.putAll(state.counts());
        offset = state.offset();
        progressNanos = state.progressNanos();
        expireBefore(state.horizon());
        stateChanged = false;
    }

    /** Copies the results that have not expired; any thread. */
    static TableSnapshot.Part snapshot(
            ResultTable layout, int partition, TableView view, ViewState state, BufferAllocator target) {
        var selection = new RowRuns();
        for (int row = 0; row < view.rows(); row++) {
            if (view.longAt(row, layout.timeNanos) >= state.horizon()) {
                selection.add(row);
            }
        }
        return new TableSnapshot.Part(
                partition,
                view.copy(selection, layout.resultColumns, target),
                state.horizon(),
                state.offset(),
                state.progressNanos());
    }

    @Override
    public void close() {
        rows.close();
    }
}

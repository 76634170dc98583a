package io.polaroid.store.result;

import io.polaroid.store.StagedResults;
import io.polaroid.store.column.TableView;
import io.polaroid.store.query.RowFinder;
import io.polaroid.store.segment.SegmentStore;
import io.polaroid.store.spill.Spill;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** All state of one view partition, rows and counts, and its changelog. */
final class ViewResults implements AutoCloseable {
    private static final int COMPACT_ROWS = 4096;

    private final ResultTable layout;
    private final ResultRows rows;
    private final ResultChangelog changelog;
    private final Spill spill;
    private final Map<String, Long> counts = new HashMap<>();
    private final Map<String, Long> positions = new HashMap<>();
    private long offset = -1;
    private long progressNanos = Long.MIN_VALUE;
    private boolean stateChanged;
    private boolean amidCommit;
    private int hidden;

    ViewResults(ResultTable layout, BufferAllocator allocator, Spill spill) {
        this.layout = layout;
        this.spill = spill;
        this.rows = new ResultRows(layout, allocator, spill);
        this.changelog = new ResultChangelog(layout, allocator, spill);
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

    void upsertAll(StagedResults staged, int count) {
        rows.upsertAll(staged, count, changelog::inserted);
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

    /** How far its inputs are in it. */
    void positions(Map<String, Long> newPositions) {
        positions.putAll(newPositions);
    }

    boolean isExpired(long timeNanos) {
        return timeNanos < rows.horizon();
    }

    void expireBefore(long timeNanos) {
        if (timeNanos <= rows.horizon()) {
            return;
        }
        rows.expireBefore(timeNanos);
        stateChanged = true;
        hidden += changelog.expireBefore(timeNanos);
        if (hidden >= COMPACT_ROWS && hidden * 4L >= rows.table().rows()) {
            changelog.renumber(rows.drop());
            hidden = 0;
        }
    }

    ViewState state() {
        return new ViewState(rows.horizon(), offset, progressNanos, counts, positions);
    }

    /** What goes with {@link #view}. */
    ResultFacts facts() {
        return new ResultFacts(state(), rows.names().size());
    }

    TableView view() {
        return rows.table().view();
    }

    /** Logs what has changed; whether anything had. */
    boolean write(ResultChangelog.Log log) {
        if (!rows.hasChanges() && !stateChanged && !changelog.hasObsolete()) {
            return false;
        }
        rows.endRestore();
        changelog.write(rows, state(), log);
        rows.clearChanges();
        stateChanged = false;
        return true;
    }

    /** Whether the changelog record with this key ends a commit. */
    static boolean endsCommit(byte[] key) {
        return ChangelogKey.of(key).kind() == ChangelogKey.Kind.STATE;
    }

    /** Takes a changelog record back in; whether it ends a commit. */
    boolean restore(byte[] key, byte @Nullable [] value) {
        ChangelogKey parsed = ChangelogKey.of(key);
        return switch (parsed.kind()) {
            case ROWS -> {
                amidCommit = true;
                changelog.restore(parsed, value, rows);
                yield false;
            }
            case STATE -> {
                if (value == null) {
                    throw new IllegalArgumentException("the changelog's state record has no value");
                }
                restore(ViewState.of(value));
                amidCommit = false;
                yield true;
            }
        };
    }

    /** Whether all that has changed is logged, and no commit is restored in part only. */
    boolean isWhole() {
        return !rows.hasChanges() && !stateChanged && !amidCommit;
    }

    /** What a manifest keeps beside the rows; only of a state that {@link #isWhole}. */
    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            byte[] state = state().toBytes();
            out.writeInt(state.length);
            out.write(state);
            changelog.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Goes on from what was found on disk; once, before anything else. */
    void load(SegmentStore.Found found) {
        for (int i = 0; i < found.batches().size(); i++) {
            rows.table().load(found.batches().get(i), found.segments().get(i));
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(found.state()))) {
            var state = ViewState.of(in.readNBytes(in.readInt()));
            counts.putAll(state.counts());
            positions.putAll(state.positions());
            offset = state.offset();
            progressNanos = state.progressNanos();
            rows.load(state.horizon());
            changelog.load(in, rows);
            if (spill.isDueUntold()) {
                spillNow();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes rows over that are on disk now. */
    void adopt(SegmentStore.Sealed sealed) {
        sealed.batches().forEach((chunk, batch) -> rows.table().adopt(sealed.view(), chunk, batch));
    }

    /** About how much of the heap it takes beside the rows themselves. */
    long heapBytes() {
        return spill.heapBytes() + rows.heapBytes() + changelog.heapBytes();
    }

    /** Moves what finds rows out of memory, if it is short. */
    void spillIfDue() {
        if (spill.isDue()) {
            spillNow();
        }
    }

    private void spillNow() {
        rows.spill();
        changelog.spill();
    }

    private void restore(ViewState state) {
        counts.clear();
        counts.putAll(state.counts());
        positions.clear();
        positions.putAll(state.positions());
        offset = state.offset();
        progressNanos = state.progressNanos();
        expireBefore(state.horizon());
        stateChanged = false;
    }

    /** Copies of results for other threads. */
    ResultCopies copies() {
        return new ResultCopies(layout, new RowFinder(layout.finding(), rows.names()));
    }

    @Override
    public void close() {
        rows.close();
        spill.close();
    }
}

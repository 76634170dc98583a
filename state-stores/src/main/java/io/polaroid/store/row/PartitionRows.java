package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.RowIntake;
import io.polaroid.store.RowIntake.RowIn;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Applied;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import io.polaroid.store.read.PipelineStatus.StreamStatus;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.result.Problem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of one partition in offset order, indexed per series. All that can be seen of it is a function of the records taken
 * in: rows before the horizon (progress before the last record, less retention) are hidden at once and leave memory some time
 * later, when a quarter of the table is hidden.
 */
final class PartitionRows implements AutoCloseable {
    private static final int CHECK_ROWS = 4096;

    private final RowTable layout;
    private final int partition;
    private final long retentionNanos;
    private final ColumnTable table;
    private final Map<String, SeriesIndex> series = new HashMap<>();
    private final FeedHealth feeds = new FeedHealth();
    private final SeriesIndex none;
    private final List<String> names = new ArrayList<>();
    private long progress = Long.MIN_VALUE;
    private long progressBefore = Long.MIN_VALUE;
    private long lastOffset = -1;
    private long droppedOffset = -1;
    private int checkAt = CHECK_ROWS;
    private long accepted;
    private long duplicates;
    private long malformed;
    private long misrouted;

    PartitionRows(Schema rows, int partition, long retentionNanos, BufferAllocator allocator) {
        this.partition = partition;
        this.layout = new RowTable(rows);
        this.retentionNanos = retentionNanos;
        this.table = layout.open(allocator);
        this.none = new SeriesIndex(layout, table, "", -1);
    }

    long progress() {
        return progress;
    }

    boolean mayMiss(String key, long startNanos, long endNanos) {
        return feeds.mayMiss(key, startNanos, endNanos);
    }

    long lastOffset() {
        return lastOffset;
    }

    /** The event time below which the rows are expired that were there at a progress. */
    private long horizon(long at) {
        return at < Long.MIN_VALUE + retentionNanos ? Long.MIN_VALUE : at - retentionNanos;
    }

    /**
     * The event time below which views do not see rows any more. The record that moves progress on still sees what was there
     * before it: it closes windows over those rows, however far ahead it is.
     */
    private long viewHorizon() {
        return horizon(progressBefore);
    }

    /** Notes the next record's offset. */
    void reached(long offset) {
        if (offset <= lastOffset) {
            throw new IllegalArgumentException(
                    "record at offset " + offset + " comes after " + lastOffset + "; a row tier takes them in order");
        }
        lastOffset = offset;
    }

    Applied row(int partition, long offset, RowIn in) {
        SeriesIndex index = seriesOf(in.series());
        String id = in.id();
        if (id != null && knows(index, id)) {
            return duplicate(offset, in.series());
        }
        long before = progress;
        accept(in.timeNanos());
        int row = table.append();
        table.setRow(row, in.row(), layout.values);
        table.setLong(row, layout.partition, partition);
        table.setLong(row, layout.offset, offset);
        table.setLong(row, layout.timeNanos, in.timeNanos());
        table.setLong(row, layout.progressBefore, before);
        if (id != null) {
            index.ids.put(id, in.timeNanos());
        }
        index.insert(row, in.timeNanos());
        compactIfDue();
        return new RowTier.Accepted(offset, in.series(), in.row(), in.timeNanos(), before, progress);
    }

    SeriesIndex seriesOf(String name) {
        return series.computeIfAbsent(name, key -> {
            names.add(key);
            return new SeriesIndex(layout, table, key, names.size() - 1);
        });
    }

    /** The series by number; grows. */
    List<String> seriesNames() {
        return Collections.unmodifiableList(names);
    }

    /** Stands for no series. */
    SeriesIndex none() {
        return none;
    }

    boolean knows(SeriesIndex index, String id) {
        return index.ids.contains(id, horizon(progress));
    }

    boolean knows(SeriesIndex index, long id) {
        return index.ids.contains(id, horizon(progress));
    }

    Applied duplicate(long offset, String name) {
        duplicates++;
        return new RowTier.Duplicate(offset, name);
    }

    /** Counts a row in and moves progress by its time; gives progress with it. */
    long accept(long timeNanos) {
        accepted++;
        progressBefore = progress;
        progress = Math.max(progress, timeNanos);
        return progress;
    }

    int tableRows() {
        return table.rows();
    }

    /** Appends accepted rows of a frame. */
    void append(AppliedFrame frame, int from, int to) {
        int count = to - from;
        int first = table.append(count);
        table.setStaged(first, frame.cells, from, count, layout.values);
        table.setConstant(first, layout.partition, partition, count);
        table.setLongs(first, layout.offset, frame.offsets, from, count);
        table.setLongs(first, layout.timeNanos, frame.times, from, count);
        table.setLongs(first, layout.progressBefore, frame.befores, from, count);
    }

    void compactIfDue() {
        if (table.rows() >= checkAt) {
            compactIfWorthwhile();
        }
    }

    /** What a record without key is: Kafka Streams leaves those out of a restore, so they must not change state here either. */
    static Applied withoutKey(long offset, RowIntake.Intake intake) {
        return switch (intake) {
            case RowIntake.MisroutedIn row -> new RowTier.Misrouted(offset, row.series());
            case RowIntake.MalformedIn bad -> new RowTier.Malformed(offset, bad.problem());
            case RowIntake.RowIn row -> new RowTier.Misrouted(offset, row.series());
            case RowIntake.ProvisionalIn unpublished -> new RowTier.Provisional(offset);
            case RowIntake.ControlIn in ->
                throw new IllegalArgumentException("the intake made a control record of a record without key");
        };
    }

    Applied control(long offset, ControlRecord control) {
        long before = progress;
        progressBefore = before;
        OptionalLong allowed = feeds.apply(control);
        if (allowed.isPresent()) {
            progress = Math.max(progress, allowed.getAsLong());
        }
        return new RowTier.Control(offset, control, before, progress);
    }

    Applied misrouted(long offset, String rightSeries) {
        misrouted++;
        return new RowTier.Misrouted(offset, rightSeries);
    }

    Applied malformed(long offset, Problem problem) {
        malformed++;
        return new RowTier.Malformed(offset, problem);
    }

    SeriesRows series(String key) {
        SeriesIndex index = series.get(key);
        if (index == null) {
            return none;
        }
        index.hideBefore(viewHorizon());
        return index;
    }

    List<String> seriesKeys() {
        return series.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private void compactIfWorthwhile() {
        long horizon = viewHorizon();
        long dead = 0;
        for (SeriesIndex index : series.values()) {
            index.hideBefore(horizon);
            dead += index.hidden();
        }
        if (dead * 4 >= table.rows()) {
            compact(horizon);
        }
        checkAt = table.rows() + Math.max(CHECK_ROWS, table.rows() / 8);
    }

    private void compact(long horizon) {
        var kept = new BitSet();
        for (SeriesIndex index : series.values()) {
            int row = index.keptRow(horizon);
            if (row >= 0) {
                kept.set(row);
            }
        }
        int[] moved = table.compact(row -> {
            if (table.longAt(row, layout.timeNanos) >= horizon || kept.get(row)) {
                return true;
            }
            droppedOffset = Math.max(droppedOffset, table.longAt(row, layout.offset));
            return false;
        });
        for (SeriesIndex index : series.values()) {
            index.renumber(moved);
            index.ids.expire(horizon);
        }
    }

    /** The rows as they are now; the caller releases the view. */
    TableView view() {
        return table.view();
    }

    /** What goes with {@link #view}. */
    RowFacts facts(String store, int partition) {
        var status =
                new StreamStatus(store, partition, accepted, duplicates, malformed, misrouted, progress, lastOffset);
        return new RowFacts(horizon(progress), droppedOffset, status, feeds.states());
    }

    /** Copies what is at or after the horizon; any thread. */
    TableSnapshot.Part snapshot(int partition, TableView view, RowFacts facts, BufferAllocator target) {
        var selection = new RowRuns();
        long hiddenOffset = facts.droppedOffset();
        for (int row = 0; row < view.rows(); row++) {
            if (view.longAt(row, layout.timeNanos) >= facts.horizon()) {
                selection.add(row);
            } else {
                hiddenOffset = Math.max(hiddenOffset, view.longAt(row, layout.offset));
            }
        }
        return new TableSnapshot.Part(
                partition,
                view.copy(selection, layout.visible, target),
                hiddenOffset + 1,
                facts.status().committedOffset(),
                facts.status().progressNanos());
    }

    @Override
    public void close() {
        table.close();
    }
}

package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.RowIntake;
import io.polaroid.store.RowIntake.RowIn;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Applied;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.IntArray;
import io.polaroid.store.query.RowFinder;
import io.polaroid.store.query.SeriesNames;
import io.polaroid.store.read.PipelineStatus.StreamStatus;
import io.polaroid.store.segment.SegmentStore;
import io.polaroid.store.spill.Spill;
import io.polaroid.timeseries.result.Problem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.streams.query.Position;

/**
 * The rows of one partition in offset order, indexed per series. All that can be seen of it is a function of the records taken
 * in: rows before the horizon (progress before the last record, less retention) are hidden at once and leave some time later,
 * a whole chunk at a time; the last row of a series before the horizon moves to a newer chunk then.
 */
final class PartitionRows implements AutoCloseable {
    private static final int CHECK_ROWS = ColumnTable.CHUNK_ROWS;
    private static final int SERIES_BYTES = 300;

    private final RowTable layout;
    private final int partition;
    private final long retentionNanos;
    private final ColumnTable table;
    private final Spill spill;
    private final KnownIds ids;
    private final FloorBases bases = new FloorBases();
    private final Map<String, SeriesIndex> series = new HashMap<>();
    private final FeedHealth feeds;
    final SeriesIndex none;
    private final SeriesNames names = new SeriesNames();
    private long progress = Long.MIN_VALUE;
    private long progressBefore = Long.MIN_VALUE;
    private long progressBeforeFrame = Long.MIN_VALUE;
    private boolean inFrame;
    private boolean rowsMoveProgress = true;
    private long lastOffset = -1;
    private long droppedOffset = -1;
    private long acceptedOffset = -1;
    private Replay replay = Replay.NONE;
    private int checkAt = CHECK_ROWS;
    private long accepted;
    private long duplicates;
    private long malformed;
    private long misrouted;

    PartitionRows(RowTable layout, int partition, long retentionNanos, BufferAllocator allocator, Spill spill) {
        this.spill = spill;
        this.partition = partition;
        this.layout = layout;
        this.retentionNanos = retentionNanos;
        this.feeds = new FeedHealth(retentionNanos);
        this.table = layout.open(allocator);
        this.ids = new KnownIds(layout, table);
        this.none = new SeriesIndex(layout, table, spill, "", -1);
    }

    /** Has progress moved by control records only, not by rows. */
    void leaveProgressToControls() {
        rowsMoveProgress = false;
    }

    /** Goes on from what was found on disk; once, before anything else. */
    void load(SegmentStore.Found found) {
        var state = RowState.of(found.state());
        resume(state);
        var byNumber = new ArrayList<SeriesIndex>();
        state.series().forEach(name -> byNumber.add(seriesOf(name)));
        for (int i = 0; i < found.batches().size(); i++) {
            table.load(found.batches().get(i), found.segments().get(i));
        }
        found.indexes().forEach(ids::add);
        ids.placeAgain();
        for (int row = 0; row < table.rows(); row++) {
            SeriesIndex index = byNumber.get((int) table.longAt(row, layout.seriesNumber));
            long offset = table.longAt(row, layout.offset);
            index.load(row, table.longAt(row, layout.timeNanos), offset);
            ids.load(index, row);
            acceptedOffset = Math.max(acceptedOffset, offset);
            if ((row & CHECK_ROWS - 1) == 0 && spill.isDueUntold()) {
                series.values().forEach(SeriesIndex::spill);
            }
        }
        checkAt = table.rows() + CHECK_ROWS;
    }

    /** Goes on from a state that its rows are not with, but for some that are the last of their series; once, before anything else. */
    void load(RowState state, VectorSchemaRoot last) {
        resume(state);
        int count = last.getRowCount();
        if (count > 0) {
            int first = table.append(count);
            for (int column = 0; column < last.getFieldVectors().size(); column++) {
                table.setVector(first, column, last.getVector(column), 0, count);
            }
            long[] numbers = state.series().stream()
                    .mapToLong(name -> seriesOf(name).number)
                    .toArray();
            table.setLongs(first, layout.seriesNumber, numbers, 0, count);
            for (int i = 0; i < count; i++) {
                int row = first + i;
                seriesOf(state.series().get(i))
                        .load(row, table.longAt(row, layout.timeNanos), table.longAt(row, layout.offset));
            }
        }
        checkAt = table.rows() + CHECK_ROWS;
    }

    private void resume(RowState state) {
        progress = state.progress();
        progressBefore = state.progressBefore();
        progressBeforeFrame = progressBefore;
        lastOffset = state.lastOffset();
        droppedOffset = state.droppedOffset();
        accepted = state.counts().accepted();
        duplicates = state.counts().duplicates();
        malformed = state.counts().malformed();
        misrouted = state.counts().misrouted();
        feeds.restore(state.newestOfLive(), state.feeds());
        feeds.restoreOutages(state.outages());
        acceptedOffset = droppedOffset;
        replay = state.replay();
    }

    /** Takes rows over that are on disk now. */
    void adopt(SegmentStore.Sealed sealed) {
        sealed.batches().forEach((chunk, batch) -> table.adopt(sealed.view(), chunk, batch));
        sealed.index().ifPresent(index -> ids.add(sealed.segment(), index));
        ids.placeAgain();
        ids.clearUnsealed(series.values());
        for (int row = 0; row < table.rows(); row++) {
            if (table.isMapped(row)) {
                row |= ColumnTable.CHUNK_ROWS - 1;
            } else {
                ids.load(
                        Objects.requireNonNull(series.get(names.get((int) table.longAt(row, layout.seriesNumber)))),
                        row);
            }
        }
    }

    ColumnTable table() {
        return table;
    }

    /** Moves the order of rows out of memory, if it is short. */
    void spillIfDue() {
        if (spill.isDue()) {
            series.values().forEach(SeriesIndex::spill);
        }
    }

    /** About how much of the heap it takes beside the rows themselves. */
    long heapBytes() {
        return spill.heapBytes() + (long) names.size() * SERIES_BYTES + ids.heapBytes();
    }

    long progress() {
        return progress;
    }

    FeedHealth feeds() {
        return feeds;
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
    long viewHorizon() {
        return horizon(progressBefore);
    }

    /** Notes the next record's offset. */
    void reached(long offset) {
        if (offset <= lastOffset) {
            throw new IllegalArgumentException(
                    "record at offset " + offset + " comes after " + lastOffset + "; a row tier takes them in order");
        }
        lastOffset = offset;
        if (!replay.covers(offset)) {
            replay = Replay.NONE;
        }
    }

    /** How many rows came, whatever became of them. */
    long taken() {
        return accepted + duplicates + malformed + misrouted;
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
        table.setLong(row, layout.seriesNumber, index.number);
        if (id != null) {
            ids.put(index, id, in.timeNanos());
            ids.set(row, id);
        }
        index.insert(row, in.timeNanos());
        compactIfDue();
        return new RowTier.Accepted(offset, in.series(), in.row(), in.timeNanos(), before, progress);
    }

    SeriesIndex seriesOf(String name) {
        return series.computeIfAbsent(name, key -> {
            names.add(key);
            return new SeriesIndex(layout, table, spill, key, names.size() - 1);
        });
    }

    /** The series by number; grows. */
    List<String> seriesNames() {
        return Collections.unmodifiableList(names);
    }

    boolean knows(SeriesIndex index, String id) {
        return isReplaying() ? replay.isDuplicate(lastOffset) : ids.contains(index, id, horizon(progress));
    }

    boolean knows(SeriesIndex index, long id) {
        return isReplaying() ? replay.isDuplicate(lastOffset) : ids.contains(index, id, horizon(progress));
    }

    /** Whether the last record was one of which it was known beforehand what it is. */
    boolean isReplaying() {
        return replay.covers(lastOffset);
    }

    Applied duplicate(long offset, String name) {
        duplicates++;
        bases.duplicate(offset);
        return new RowTier.Duplicate(offset, name);
    }

    /** Counts a row in and moves progress by its time; gives progress with it. */
    long accept(long timeNanos) {
        accepted++;
        acceptedOffset = lastOffset;
        moveHorizon();
        if (rowsMoveProgress) {
            progress = Math.max(progress, timeNanos);
        }
        return progress;
    }

    private void moveHorizon() {
        progressBefore = progress;
        if (!inFrame) {
            progressBeforeFrame = progress;
        }
    }

    void beginFrame() {
        progressBeforeFrame = progress;
        inFrame = true;
    }

    /** Rows leave as they may for what the frame's first record sees. */
    void endFrame() {
        inFrame = false;
        compactIfDue();
    }

    /** The event time below which rows may have left once the last record is committed. */
    long retainedFrom() {
        return horizon(progress);
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
        table.setLongs(first, layout.seriesNumber, frame.series, from, count);
        for (int i = 0; i < count; i++) {
            ids.set(first + i, frame.ids[from + i], frame.textIds[from + i]);
        }
    }

    /** Remembers the id of a row that is on its way into the table. */
    void remember(SeriesIndex index, long id, long timeNanos) {
        ids.put(index, id, timeNanos);
    }

    /** Remembers the id of a row that is on its way into the table. */
    void remember(SeriesIndex index, String id, long timeNanos) {
        ids.put(index, id, timeNanos);
    }

    void compactIfDue() {
        if (table.rows() >= checkAt) {
            dropIfWorthwhile();
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
        moveHorizon();
        OptionalLong allowed = feeds.apply(control, offset, before);
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
        return visible(key, viewHorizon());
    }

    /** The rows that the first record of the last frame saw, and those of the frame. */
    SeriesRows seriesOfFrame(String key) {
        return visible(key, horizon(progressBeforeFrame));
    }

    private SeriesRows visible(String key, long horizon) {
        SeriesIndex index = series.get(key);
        if (index == null) {
            return none;
        }
        index.hideBefore(horizon);
        return index;
    }

    List<String> seriesKeys() {
        return series.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private void dropIfWorthwhile() {
        long horizon = horizon(progressBeforeFrame);
        var dead = new BitSet();
        for (int chunk = 0; chunk < table.fullChunks(); chunk++) {
            if (table.greatestTime(chunk, layout.timeNanos) < horizon) {
                dead.set(chunk);
            }
        }
        if ((long) dead.cardinality() * ColumnTable.CHUNK_ROWS * 8 >= table.rows() && !dead.isEmpty()) {
            drop(dead, horizon);
        }
        checkAt = table.rows() + Math.max(CHECK_ROWS, table.rows() / 8);
    }

    private void drop(BitSet dead, long horizon) {
        dead.stream().forEach(chunk -> {
            int first = chunk * ColumnTable.CHUNK_ROWS;
            for (int row = first; row < first + ColumnTable.CHUNK_ROWS; row++) {
                droppedOffset = Math.max(droppedOffset, table.longAt(row, layout.offset));
            }
        });
        for (SeriesIndex index : series.values()) {
            index.hideBefore(horizon);
            int kept = index.keptRow(horizon);
            if (kept >= 0 && dead.get(kept / ColumnTable.CHUNK_ROWS)) {
                index.keptMoved(table.move(kept));
            }
            index.ids.expire(horizon);
        }
        IntUnaryOperator moved = table.drop(dead);
        series.values().forEach(index -> index.renumber(moved));
        ids.placeAgain();
    }

    /** What goes with a view of its table. */
    RowFacts facts(String store, int partition, Position position) {
        var status =
                new StreamStatus(store, partition, accepted, duplicates, malformed, misrouted, progress, lastOffset);
        return new RowFacts(
                horizon(progress),
                progressBefore,
                droppedOffset,
                status,
                feeds.states(),
                feeds.newestOfLive(),
                feeds.outages(),
                names.size(),
                replay,
                position);
    }

    FloorBases bases() {
        return bases;
    }

    /** The state that it is in, as that of a store that has none of the rows so far. */
    RowState base() {
        return new RowState(
                progress,
                progressBefore,
                lastOffset,
                acceptedOffset,
                new RowState.Counts(accepted, duplicates, malformed, misrouted),
                feeds.newestOfLive(),
                feeds.states(),
                feeds.outages(),
                List.of(),
                Replay.NONE);
    }

    /** The rows at or below an offset that are the last of their series before a horizon, in the order of the table. */
    IntArray keptUpTo(long offset, long horizon) {
        var kept = new IntArray();
        for (SeriesIndex index : series.values()) {
            index.hideBefore(horizon);
            int row = index.keptRow(horizon);
            if (row >= 0 && table.longAt(row, layout.offset) <= offset) {
                kept.add(row);
            }
        }
        kept.sort();
        return kept;
    }

    /** Names of the series of some rows. */
    List<String> seriesOf(IntArray rows) {
        var found = new ArrayList<String>(rows.size());
        rows.forEach(row -> found.add(names.get((int) table.longAt(row, layout.seriesNumber))));
        return found;
    }

    /** Copies of rows for other threads. */
    RowCopies copies() {
        return new RowCopies(layout, new RowFinder(layout.finding(), names));
    }

    @Override
    public void close() {
        table.close();
        spill.close();
    }
}

package io.polaroid.topology.prove;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.store.RowBatch;
import io.polaroid.store.RowIntake;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.row.FeedHealth;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The accepted rows of one partition of an input, read from its topic: without duplicates, without those that the view's late
 * topic names, and of the revisions of one row the last. Whether rows were late is not decided here but taken from that topic.
 */
final class BatchRows {
    /** A series without rows. */
    static final SeriesRows NONE = new Sorted(List.of());

    private final StreamColumns columns;
    private final RowIntake intake;
    private final long retentionNanos;
    private final Set<Long> late;
    private final Map<String, Map<String, Long>> ids = new HashMap<>();
    private final Map<String, List<Kept>> rows = new TreeMap<>();
    private final Set<Long> offsets = new HashSet<>();
    private final FeedHealth feeds;
    private final List<Told> controls = new ArrayList<>();
    private final int width;
    private long progress = Long.MIN_VALUE;
    private long count;
    private long controlsFrom = Long.MIN_VALUE;

    /**
     * A row of the batch.
     *
     * @param before progress before it, {@link Long#MAX_VALUE} if it was never in the topic
     */
    private record Kept(long timeNanos, long offset, long before, Row cells) {}

    /** A control record, its number, and the progress when it came. */
    record Told(ControlRecord control, long offset, long progress) {}

    /**
     * The rows of a partition.
     *
     * @param columns of the input
     * @param intake what it accepts
     * @param retentionNanos how long the input keeps its rows, and knows the ids by which duplicates are found
     * @param late offsets of the rows that were late for the view
     */
    BatchRows(StreamColumns columns, RowIntake intake, long retentionNanos, Set<Long> late) {
        this.columns = columns;
        this.intake = intake;
        this.retentionNanos = retentionNanos;
        this.feeds = new FeedHealth(retentionNanos);
        this.late = new HashSet<>(late);
        this.width = columns.schema().getFields().size();
    }

    /** Takes the next record of the topic. */
    void take(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        var batch = value == null ? Optional.<RowBatch>empty() : intake.open(partition, value, 0, value.length);
        if (batch.isEmpty()) {
            take(intake.format().position(offset, 0), key, intake.admit(partition, key, value), false);
            return;
        }
        for (int i = 0; i < batch.get().rows().size(); i++) {
            take(intake.format().position(offset, i), key, batch.get().admit(i), false);
        }
    }

    /**
     * Takes a row of history, which holds no duplicates.
     *
     * @param offset its number
     * @param value a record that holds this row only
     */
    void takeOld(int partition, long offset, byte[] key, byte[] value) {
        var in = intake.open(partition, value, 0, value.length)
                .map(batch -> batch.admit(0))
                .orElseGet(() -> intake.admit(partition, key, value));
        take(offset, key, in, true);
        controlsFrom = progress;
    }

    /**
     * Takes a row that was never in the topic, unless it has the id of one that was: rows of one id that are no further apart than the
     * stream's retention are one row.
     *
     * @return whether it was missing
     */
    boolean addMissing(long offset, StreamRules.Fits fits, Row row) {
        if (fits.id().isPresent()) {
            var known = ids.computeIfAbsent(fits.series(), series -> new HashMap<>());
            Long seen = known.get(fits.id().get());
            if (seen != null && Math.abs(Math.subtractExact(seen, fits.timeNanos())) <= retentionNanos) {
                return false;
            }
            known.put(fits.id().get(), fits.timeNanos());
        }
        rows.computeIfAbsent(fits.series(), series -> new ArrayList<>())
                .add(new Kept(fits.timeNanos(), offset, Long.MAX_VALUE, row));
        return true;
    }

    /** Takes a row that was in the topic at this offset, unless it still is; whether it was missing. */
    boolean addAt(long offset, StreamRules.Fits fits, Row row) {
        var kept = rows.computeIfAbsent(fits.series(), series -> new ArrayList<>());
        if (offsets.add(offset)) {
            kept.add(new Kept(fits.timeNanos(), offset, Long.MIN_VALUE, row));
            return true;
        }
        return false;
    }

    /** The event time from which on control records are known: those that the topic has no more were not in history. */
    long controlsFrom() {
        return controlsFrom;
    }

    /** The least event time of the rows; {@link Long#MAX_VALUE} of none. */
    long first() {
        return rows.values().stream()
                .flatMap(List::stream)
                .mapToLong(Kept::timeNanos)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void take(long offset, byte @Nullable [] key, RowIntake.Intake in, boolean isDistinct) {
        count++;
        if (key == null) {
            return;
        }
        switch (in) {
            case RowIntake.RowIn row -> take(offset, row, isDistinct);
            case RowIntake.ControlIn control -> {
                controls.add(new Told(control.control(), offset, progress));
                feeds.apply(control.control(), offset, progress).ifPresent(to -> progress = Math.max(progress, to));
            }
            case RowIntake.MisroutedIn row -> {}
            case RowIntake.MalformedIn bad -> {}
            case RowIntake.ProvisionalIn unpublished -> {}
        }
    }

    private void take(long offset, RowIntake.RowIn row, boolean isDistinct) {
        String id = row.id();
        if (id != null) {
            var known = ids.computeIfAbsent(row.series(), series -> new HashMap<>());
            Long seen = known.get(id);
            long horizon = progress < Long.MIN_VALUE + retentionNanos ? Long.MIN_VALUE : progress - retentionNanos;
            if (!isDistinct && seen != null && seen >= horizon) {
                return;
            }
            known.put(id, row.timeNanos());
        }
        long before = progress;
        if (intake.movesProgress()) {
            progress = Math.max(progress, row.timeNanos());
        }
        offsets.add(offset);
        if (!late.contains(offset)) {
            @Nullable Object[] cells = new Object[width];
            for (int i = 0; i < width; i++) {
                cells[i] = row.row().valueAt(i);
            }
            rows.computeIfAbsent(row.series(), series -> new ArrayList<>())
                    .add(new Kept(row.timeNanos(), offset, before, new ArrayRow(cells)));
        }
    }

    /** Rows and other records that were read. */
    long count() {
        return count;
    }

    long progress() {
        return progress;
    }

    /** How long the input keeps its rows. */
    long retentionNanos() {
        return retentionNanos;
    }

    /** What the control records say of the feeds. */
    FeedHealth feeds() {
        return feeds;
    }

    List<Told> controls() {
        return controls;
    }

    /** The rows of each series in order. */
    Map<String, SeriesRows> series() {
        var all = new TreeMap<String, SeriesRows>();
        rows.forEach((series, kept) -> all.put(series, newest(kept)));
        return all;
    }

    private Sorted newest(List<Kept> kept) {
        var sorted = new ArrayList<>(kept);
        sorted.sort(Comparator.comparingLong(Kept::timeNanos).thenComparingLong(Kept::offset));
        var all = new Sorted(sorted);
        if (!columns.identity().isRevised()) {
            return all;
        }
        var last = new LinkedHashMap<List<Long>, Kept>();
        for (int i = 0; i < all.size(); i++) {
            var identity = List.of(all.timeNanos(i), columns.identity().sequence(all, i));
            last.remove(identity);
            last.put(identity, sorted.get(i));
        }
        return new Sorted(last.values().stream()
                .filter(row -> columns.identity().isThere(row.cells()))
                .toList());
    }

    /** Rows of one series. */
    private record Sorted(List<Kept> rows) implements SeriesRows {
        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public long timeNanos(int index) {
            return rows.get(index).timeNanos();
        }

        @Override
        public long offset(int index) {
            return rows.get(index).offset();
        }

        @Override
        public Row row(int index) {
            return rows.get(index).cells();
        }

        @Override
        public long progressBefore(int index) {
            return rows.get(index).before();
        }
    }
}

package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.RowIntake;
import io.polaroid.store.TextIntake;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The row tier's twin: keeps every accepted row and answers each question by looking at all of them. */
public final class NaiveRows {
    private final TextIntake intake = new TextIntake();
    private final long retention;
    private final Map<String, Long> heartbeats = new HashMap<>();
    private final Map<String, Long> newestById = new HashMap<>();
    final List<Kept> rows = new ArrayList<>();
    long progress = Long.MIN_VALUE;
    long progressBefore = Long.MIN_VALUE;
    long lastOffset = -1;
    long duplicates;
    long malformed;
    long misrouted;

    /** An accepted row. */
    public record Kept(long offset, String series, long time, String id, ArrayRow cells, long progressBefore) {}

    public NaiveRows(long retention) {
        this.retention = retention;
    }

    public long horizon() {
        return progress == Long.MIN_VALUE ? Long.MIN_VALUE : progress - retention;
    }

    private long viewHorizon() {
        return progressBefore == Long.MIN_VALUE ? Long.MIN_VALUE : progressBefore - retention;
    }

    public void apply(long offset, byte[] key, byte[] value) {
        if (key == null) {
            return;
        }
        lastOffset = offset;
        switch (intake.admit(0, key, value)) {
            case RowIntake.RowIn in -> row(offset, in);
            case RowIntake.ControlIn in -> control(in.control());
            case RowIntake.MisroutedIn in -> misrouted++;
            case RowIntake.MalformedIn in -> malformed++;
            case RowIntake.ProvisionalIn in -> {}
        }
    }

    private void row(long offset, RowIntake.RowIn in) {
        String id = in.series() + "/" + in.id();
        boolean known = in.id() != null && newestById.containsKey(id) && newestById.get(id) >= horizon();
        if (known) {
            duplicates++;
            return;
        }
        newestById.merge(id, in.timeNanos(), Math::max);
        rows.add(new Kept(offset, in.series(), in.timeNanos(), in.id(), (ArrayRow) in.row(), progress));
        progressBefore = progress;
        progress = Math.max(progress, in.timeNanos());
    }

    private void control(ControlRecord control) {
        progressBefore = progress;
        switch (control.kind()) {
            case UP -> heartbeats.merge(control.source(), control.toNanos(), Math::max);
            case DOWN -> heartbeats.remove(control.source());
            case HEARTBEAT -> {
                heartbeats.merge(control.source(), control.toNanos(), Math::max);
                progress = Math.max(
                        progress,
                        heartbeats.values().stream().min(Long::compare).orElseThrow());
            }
            case PROGRESS -> progress = Math.max(progress, control.toNanos());
            case GAP, END_OF_SNAPSHOT, BACKFILL_CUT -> {}
        }
    }

    /** Rows at or after what the horizon was before the last record, and the last one before it. */
    public List<Kept> series(String series) {
        var sorted = rows.stream()
                .filter(row -> row.series().equals(series))
                .sorted(Comparator.comparingLong(Kept::time).thenComparingLong(Kept::offset))
                .toList();
        long older = sorted.stream().filter(row -> row.time() < viewHorizon()).count();
        return sorted.subList((int) Math.max(0, older - 1), sorted.size());
    }

    public List<Kept> snapshot() {
        return rows.stream().filter(row -> row.time() >= horizon()).toList();
    }

    public long completeFrom() {
        return rows.stream()
                        .filter(row -> row.time() < horizon())
                        .mapToLong(Kept::offset)
                        .max()
                        .orElse(-1)
                + 1;
    }
}

package io.polaroid.topology;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What a view must hold in the end over a topic whose records may be control records and revisions of earlier ones: rules 1, 3
 * and 5 written as plainly as possible, without any code of the product. Times are microseconds.
 */
final class ViewOracle {
    private final long disorder;
    private final long grace;
    private final OptionalLong behind;

    ViewOracle(long disorderMicros, long graceMicros) {
        this(disorderMicros, graceMicros, OptionalLong.empty());
    }

    /** @param behindMicros how far series may be behind, of views whose rows are late by the progress of their own series */
    ViewOracle(long disorderMicros, long graceMicros, OptionalLong behindMicros) {
        this.disorder = disorderMicros;
        this.grace = graceMicros;
        this.behind = behindMicros;
    }

    enum Kind {
        ROW,
        SKIPPED,
        CONTROL
    }

    /** A record of a topic; a row is told apart by series, time and sequence, a later one of the same replaces it. */
    record Record(Kind kind, String series, long ts, long sequence, Row row, long offset, ControlRecord control) {}

    static Record control(ControlRecord control, long offset) {
        return new Record(Kind.CONTROL, "", 0, 0, null, offset, control);
    }

    /** A record, the progress before it, and the greatest time of the rows of its series before it. */
    record Seen(Record record, long progressBefore, long ofSeriesBefore) {}

    /** Rows and control records with the progress before each, and the progress after all. */
    record Topic(List<Seen> rows, List<Seen> controls, long progress) {}

    static Topic topic(List<Record> records) {
        return topic(records, true);
    }

    /** @param rowsMoveProgress whether rows come in order of their times, unlike sessions */
    static Topic topic(List<Record> records, boolean rowsMoveProgress) {
        var rows = new ArrayList<Seen>();
        var controls = new ArrayList<Seen>();
        var live = new HashMap<String, Long>();
        var ofSeries = new HashMap<String, Long>();
        long progress = Long.MIN_VALUE;
        for (Record record : records) {
            switch (record.kind()) {
                case SKIPPED -> {}
                case ROW -> {
                    rows.add(new Seen(record, progress, ofSeries.getOrDefault(record.series(), Long.MIN_VALUE)));
                    ofSeries.merge(record.series(), record.ts(), Math::max);
                    progress = rowsMoveProgress ? Math.max(progress, record.ts()) : progress;
                }
                case CONTROL -> {
                    controls.add(new Seen(record, progress, Long.MIN_VALUE));
                    var control = record.control();
                    long to = Math.floorDiv(control.toNanos(), 1_000L);
                    switch (control.kind()) {
                        case UP -> live.merge(control.source(), to, Math::max);
                        case DOWN -> live.remove(control.source());
                        case PROGRESS -> progress = Math.max(progress, to);
                        case HEARTBEAT -> {
                            live.merge(control.source(), to, Math::max);
                            progress = Math.max(
                                    progress,
                                    live.values().stream().min(Long::compare).orElseThrow());
                        }
                        case GAP, END_OF_SNAPSHOT, BACKFILL_CUT -> {}
                    }
                }
            }
        }
        return new Topic(rows, controls, progress);
    }

    boolean late(long end, long progress) {
        return progress != Long.MIN_VALUE && progress >= end + disorder && progress >= end + disorder + grace;
    }

    /** Whether a row is late for a window that ends then. */
    private boolean late(long end, Seen seen) {
        return behind.isEmpty()
                ? late(end, seen.progressBefore())
                : closed(end, seen.progressBefore())
                        && (late(end, seen.ofSeriesBefore())
                                || seen.progressBefore() >= end + disorder + behind.getAsLong());
    }

    boolean closed(long end, long progress) {
        return progress != Long.MIN_VALUE && progress >= end + disorder;
    }

    /** Whether a row is late for the window that decides about it, of which grace counts from the end of outages that it overlaps. */
    private boolean lateForWindow(Topic topic, Seen seen, LongUnaryOperator start, LongUnaryOperator end) {
        var row = seen.record();
        long from = start.applyAsLong(row.ts());
        long to = end.applyAsLong(row.ts());
        if (!late(to, seen) || grace == 0) {
            return late(to, seen);
        }
        var down = new HashMap<String, ControlRecord>();
        long counts = Long.MIN_VALUE;
        for (Seen told : topic.controls()) {
            var control = told.record().control();
            if (told.record().offset() > row.offset()) {
                break;
            }
            switch (control.kind()) {
                case DOWN -> down.putIfAbsent(control.source(), control);
                case UP -> {
                    var begun = down.remove(control.source());
                    if (begun != null && begins(begun, row.series(), to)) {
                        counts = Math.max(counts, told.progressBefore());
                    }
                }
                case GAP -> {
                    if (overlaps(control, control.toNanos(), row.series(), from, to)) {
                        counts = Math.max(counts, told.progressBefore());
                    }
                }
                case HEARTBEAT, PROGRESS, END_OF_SNAPSHOT, BACKFILL_CUT -> {}
            }
        }
        return down.values().stream().noneMatch(begun -> begins(begun, row.series(), to))
                && (counts == Long.MIN_VALUE || seen.progressBefore() >= counts + grace);
    }

    private static boolean begins(ControlRecord down, String series, long end) {
        return down.concerns(series) && down.fromNanos() < end * 1_000;
    }

    /** The newest accepted revision of each row, by (time, offset). */
    List<Record> accepted(Topic topic, LongUnaryOperator end) {
        return without(topic, seen -> late(end.applyAsLong(seen.record().ts()), seen));
    }

    /** The same of a view of windows. */
    List<Record> accepted(Topic topic, LongUnaryOperator start, LongUnaryOperator end) {
        return without(topic, seen -> lateForWindow(topic, seen, start, end));
    }

    private static List<Record> without(Topic topic, Predicate<Seen> late) {
        var newest = new LinkedHashMap<List<Object>, Record>();
        for (Seen seen : topic.rows()) {
            var record = seen.record();
            if (!late.test(seen)) {
                newest.put(List.of(record.series(), record.ts(), record.sequence()), record);
            }
        }
        return newest.values().stream()
                .sorted(Comparator.comparingLong(Record::ts).thenComparingLong(Record::offset))
                .toList();
    }

    long lateRows(Topic topic, LongUnaryOperator end) {
        return topic.rows().stream()
                .filter(seen -> late(end.applyAsLong(seen.record().ts()), seen))
                .count();
    }

    long lateRows(Topic topic, LongUnaryOperator start, LongUnaryOperator end) {
        return topic.rows().stream()
                .filter(seen -> lateForWindow(topic, seen, start, end))
                .count();
    }

    /** The rows of each closed bucket, by series and then by start. */
    TreeMap<String, TreeMap<Long, List<Record>>> buckets(Topic topic, long every) {
        var buckets = new TreeMap<String, TreeMap<Long, List<Record>>>();
        for (Record record : accepted(topic, ts -> start(ts, every), ts -> start(ts, every) + every)) {
            long start = start(record.ts(), every);
            if (closed(start + every, topic.progress())) {
                buckets.computeIfAbsent(record.series(), key -> new TreeMap<>())
                        .computeIfAbsent(start, key -> new ArrayList<>())
                        .add(record);
            }
        }
        return buckets;
    }

    /** Closed results of (t - period, t], by series, time and sequence: the rows of each window. */
    Map<List<Object>, List<Record>> windows(Topic topic, long period) {
        var rows = accepted(topic, ts -> ts + 1);
        var windows = new HashMap<List<Object>, List<Record>>();
        for (Record row : rows) {
            if (closed(row.ts() + 1, topic.progress())) {
                windows.put(
                        List.of(row.series(), row.ts(), row.sequence()),
                        rows.stream()
                                .filter(other -> other.series().equals(row.series())
                                        && other.ts() > row.ts() - period
                                        && other.ts() <= row.ts())
                                .toList());
            }
        }
        return windows;
    }

    /** The left rows that have closed, with the last right row at or before them, null for none. */
    Map<List<Object>, Record> matches(Topic left, Topic right, long tolerance) {
        var rights = accepted(right, ts -> ts + 1);
        var matches = new HashMap<List<Object>, Record>();
        for (Record row : accepted(left, ts -> ts + 1)) {
            if (closed(row.ts() + 1, Math.min(left.progress(), right.progress()))) {
                Record match = null;
                for (Record other : rights) {
                    if (other.series().equals(row.series())
                            && other.ts() <= row.ts()
                            && other.ts() >= row.ts() - tolerance) {
                        match = other;
                    }
                }
                matches.put(List.of(row.series(), row.ts(), row.sequence()), match);
            }
        }
        return matches;
    }

    /** Whether rows of [start, end) may be missing by what control records say while the bucket still takes corrections. */
    boolean mayMiss(Topic topic, String series, long start, long end) {
        var down = new HashMap<String, ControlRecord>();
        var missing = new HashMap<Long, ControlRecord>();
        for (Seen seen : topic.controls()) {
            var control = seen.record().control();
            // With grace, an outage that a bucket overlaps gives it new grace: so it hears of all.
            if (grace == 0 && late(end, seen.progressBefore())) {
                break;
            }
            switch (control.kind()) {
                case DOWN -> down.putIfAbsent(control.source(), control);
                case UP -> {
                    var from = down.remove(control.source());
                    if (from != null && missing(topic, seen, from, control.toNanos(), series, start, end)) {
                        missing.put(seen.record().offset(), control);
                    }
                }
                case GAP -> {
                    if (missing(topic, seen, control, control.toNanos(), series, start, end)) {
                        missing.put(seen.record().offset(), control);
                    }
                }
                case HEARTBEAT, PROGRESS, END_OF_SNAPSHOT, BACKFILL_CUT -> {}
            }
        }
        return !missing.isEmpty()
                || down.values().stream().anyMatch(from -> overlaps(from, Long.MAX_VALUE, series, start, end));
    }

    /** Whether rows of an outage are missing in a bucket: none came into it, later than results wait, that was missing in one by then. */
    private boolean missing(
            Topic topic, Seen over, ControlRecord from, long toNanos, String series, long start, long end) {
        return overlaps(from, toNanos, series, start, end)
                && topic.rows().stream()
                        .noneMatch(seen -> seen.record().series().equals(series)
                                && seen.record().ts() >= start
                                && seen.record().ts() < end
                                && seen.record().offset() > over.record().offset()
                                && seen.progressBefore() > seen.record().ts() + disorder
                                && wasMissing(topic, seen.record())
                                && !lateForWindow(topic, seen, ts -> start, ts -> end));
    }

    /** Whether a row lies in an outage that was over when it came. */
    private static boolean wasMissing(Topic topic, Record row) {
        var down = new HashMap<String, ControlRecord>();
        for (Seen seen : topic.controls()) {
            var control = seen.record().control();
            if (seen.record().offset() > row.offset()) {
                return false;
            }
            var from = switch (control.kind()) {
                case UP -> down.remove(control.source());
                case GAP -> control;
                default -> null;
            };
            if (control.kind() == ControlRecord.Kind.DOWN) {
                down.putIfAbsent(control.source(), control);
            }
            if (from != null
                    && from.concerns(row.series())
                    && from.fromNanos() <= row.ts() * 1_000
                    && row.ts() * 1_000 < control.toNanos()) {
                return true;
            }
        }
        return false;
    }

    private static boolean overlaps(ControlRecord from, long toNanos, String series, long start, long end) {
        return from.concerns(series)
                && from.fromNanos() < end * 1_000
                && toNanos > start * 1_000
                && toNanos > from.fromNanos();
    }

    static long start(long ts, long every) {
        return ts - Math.floorMod(ts, every);
    }

    static double sum(List<Record> rows, ToDoubleFunction<Row> value) {
        return rows.stream()
                .map(record -> new BigDecimal(value.applyAsDouble(record.row())))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }
}

package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.OpenSessions.Session;
import io.polaroid.topology.view.Results.Cause;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates over rows that follow each other no further than a gap apart.
 *
 * <p><b>Shape</b> one result per series and session, known by the time of its first row. <b>Order</b> a session closes when a row that
 * would still belong to it could come no more: at its last row plus gap, one unit and disorder. <b>Late rows</b> whether a row is late
 * goes by its own time, as in rolling views: what is on time touches no session that has closed. Within grace a row may lengthen a
 * session, start it earlier, or join two; what was published of a session that is there no more, or is open again, is withdrawn with its
 * next revision. <b>State</b> running aggregates in the slots of the result, and behind them the time of the last row. Two
 * sessions become one by taking in the rows of the later one, which are younger than the row that joins them and so are retained.
 */
public final class SessionOperator implements ViewOperator {
    private static final long SECOND = 1_000_000_000L;

    private final ViewSpec.Session view;
    private final StreamColumns input;
    private final ResultTier results;
    private final SessionCells plan;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows accepted;
    private final Results publisher;
    private final long gap;
    private final long unit;
    private final int end;
    private final int withdrawn;
    private final double[] doubles;
    private final long[] longs;
    private final OpenSessions sessions = new OpenSessions();

    /** An operator that goes on where the store stands. */
    public SessionOperator(ViewSpec.Session view, ViewInput from, ResultTier results, ViewOutput output) {
        this.view = view;
        this.input = from.columns();
        this.results = results;
        this.plan = SessionCells.of(view, input).orThrow();
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.unit = TimeUnits.nanosPer(input.unit());
        this.accepted = AcceptedRows.perRow(from, timing);
        this.publisher = new Results(results, output);
        this.gap = view.gap().toNanos();
        this.end = input.key().size() + 1;
        this.withdrawn = end + 1 + plan.outputs().size();
        this.doubles = new double[plan.doubleSlots()];
        this.longs = new long[plan.longSlots() + 2];
        results.forEachRow(this::resume);
    }

    /** How many long slots a session needs: one more than its aggregates, for its end and whether it is there. */
    public static int longSlots(ViewSpec.Session view, StreamColumns input) {
        return SessionCells.of(view, input).orThrow().longSlots() + 2;
    }

    /** How many double slots a session needs. */
    public static int doubleSlots(ViewSpec.Session view, StreamColumns input) {
        return SessionCells.of(view, input).orThrow().doubleSlots();
    }

    private void resume(int result) {
        if (results.slots(result).longAt(plan.longSlots() + 1) == 1) {
            var session = new Session(
                    results.series(result),
                    results.timeNanos(result),
                    results.slots(result).longAt(plan.longSlots()));
            boolean isOut = !results.isProvisional(result)
                    && !Boolean.TRUE.equals(results.result(result).valueAt(withdrawn));
            sessions.add(session, !isOut);
        }
    }

    private long closing(long last) {
        return last + gap + unit;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        accepted.saw(row);
        long own = accepted.end(row.timeNanos());
        var decision = accepted.lateness().decide(row, own);
        if (decision == Decision.LATE) {
            long lateness = accepted.lateness().nanos(row, own);
            output.late(new ViewOutput.LateRow(stream, row, row.timeNanos(), own, lateness));
            return decision;
        }
        sessions.forget(row.series(), firstTouchable(row.progressBefore()));
        take(row);
        return decision;
    }

    /** Sessions that ended before this time are out of the reach of every row that is still accepted. */
    private long firstTouchable(long progress) {
        long open = timing.openTo(progress);
        return open < Long.MIN_VALUE / 2 ? Long.MIN_VALUE : open - gap - unit;
    }

    private void take(Accepted row) {
        long time = row.timeNanos();
        var before = sessions.before(row.series(), time);
        var after = sessions.after(row.series(), time);
        boolean joinsBefore = before != null && time - before.end() <= gap;
        boolean joinsAfter = after != null && after.start() - time <= gap;
        int result;
        long last = time;
        if (before != null && joinsBefore) {
            result = find(before);
            last = Math.max(time, before.end());
            sessions.remove(before);
        } else {
            result = begin(row);
            if (after != null && joinsAfter) {
                copySlots(find(after), result);
            }
        }
        plan.update(results.slots(result), row.row(), time, row.offset());
        if (after != null && joinsAfter) {
            last = after.end();
            if (joinsBefore) {
                takeRows(result, after);
            }
            sessions.remove(after);
            withdraw(find(after), row, true);
        }
        var session = new Session(row.series(), results.timeNanos(result), last);
        results.slots(result).setLong(plan.longSlots(), last);
        results.slots(result).setLong(plan.longSlots() + 1, 1);
        boolean isClosed = timing.closed(closing(last), row.progressBefore());
        sessions.add(session, !isClosed);
        if (isClosed) {
            publish(result, new Cause(row.progress(), row.offset()));
        } else if (!results.isProvisional(result)) {
            withdraw(result, row, false);
        }
    }

    private int find(Session session) {
        return results.find(session.series(), session.start(), 0);
    }

    private int begin(Accepted row) {
        int known = results.find(row.series(), row.timeNanos(), 0);
        int result = known >= 0 ? known : results.insert(row.series(), row.timeNanos(), 0);
        Row from = row.row();
        int column = 0;
        for (int key : input.key()) {
            results.set(result, column++, from.valueAt(key));
        }
        results.set(result, column, TimeUnits.fromNanos(row.timeNanos(), input.unit()));
        plan.reset(results.slots(result));
        return result;
    }

    private void copySlots(int from, int to) {
        results.readSlots(from, doubles, 0, longs, 0);
        results.writeSlots(to, doubles, 0, longs, 0);
    }

    private void takeRows(int result, Session of) {
        var series = accepted.rows(of.series());
        for (int i = series.lowerBound(of.start()); i < series.size() && series.timeNanos(i) <= of.end(); i++) {
            if (accepted.accepts(series, i)) {
                plan.update(results.slots(result), series.row(i), series.timeNanos(i), series.offset(i));
            }
        }
    }

    /** Takes back what was published of a session, if anything was. */
    private void withdraw(int result, Accepted row, boolean forGood) {
        if (forGood) {
            results.slots(result).setLong(plan.longSlots() + 1, 0);
        }
        boolean isOut = !results.isProvisional(result)
                && !Boolean.TRUE.equals(results.result(result).valueAt(withdrawn));
        set(result, null, new Object[plan.outputs().size()], true);
        if (isOut) {
            publisher.publish(result, row.progress(), row.offset());
        }
    }

    private void set(int result, @Nullable Object last, @Nullable Object[] cells, boolean isWithdrawn) {
        results.set(result, end, last);
        for (int i = 0; i < cells.length; i++) {
            results.set(result, end + 1 + i, cells[i]);
        }
        results.set(result, withdrawn, isWithdrawn);
    }

    private void finish(int result) {
        long last = results.slots(result).longAt(plan.longSlots());
        var history = accepted.history(results.series(result));
        @Nullable
        Object[] cells =
                plan.finish(results.slots(result), history.rows(), history.accepted(), results.timeNanos(result), last);
        set(result, TimeUnits.fromNanos(last, input.unit()), cells, false);
    }

    private void publish(int result, Cause cause) {
        finish(result);
        publisher.publish(result, cause);
    }

    @Override
    public void onProgress(String stream, long progress, long offset) {
        accepted.saw(progress, offset);
        for (var next = sessions.firstOpen();
                next != null && timing.closed(closing(next.end()), progress);
                next = sessions.firstOpen()) {
            sessions.close(next);
            publish(find(next), new Cause(progress, offset));
        }
    }

    @Override
    public long progress() {
        return accepted.progress();
    }

    /** A session is known by its start, so all before the first one that is open; in steps of a second. */
    @Override
    public long settledBefore() {
        long closed = timing.settledBefore(accepted.progress());
        return closed == Long.MIN_VALUE
                ? Long.MIN_VALUE
                : Math.min(closed - SECOND, Math.floorDiv(sessions.firstOpenStart(), SECOND) * SECOND);
    }

    @Override
    public long keepsFrom() {
        return sessions.firstStart(firstTouchable(accepted.progress()));
    }

    @Override
    public long heapBytes() {
        return accepted.heapBytes();
    }

    @Override
    public void refreshProvisional() {
        results.forEachChanged(row -> {
            if (results.isProvisional(row) && results.slots(row).longAt(plan.longSlots() + 1) == 1) {
                finish(row);
                if (view.policy().emit() != ViewSpec.Emit.CLOSE) {
                    output.publish(results.series(row), results.timeNanos(row), results.result(row));
                }
            }
        });
    }
}

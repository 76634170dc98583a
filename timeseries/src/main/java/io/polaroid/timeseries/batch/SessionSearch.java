package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.calendar.Session;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.nio.LongBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows in the sessions of a market.
 *
 * @param axis the time column
 * @param calendar when the market trades
 * @param every length of a window
 * @param closed which ends belong to it
 */
record SessionSearch(TimeAxis axis, TradingCalendar calendar, Span every, Closed closed) implements WindowSearch {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    static Result<WindowSearch> of(Windows windows, TimeAxis axis, TradingCalendar calendar) {
        String refusal = refusal(windows, axis);
        if (!refusal.isEmpty()) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT, "windows in the sessions of " + calendar.code() + ": " + refusal);
        }
        return axis.positive(windows.every(), "every")
                .map(every -> new SessionSearch(axis, calendar, windows.every(), windows.closed()));
    }

    private static String refusal(Windows windows, TimeAxis axis) {
        if (axis.isIndex()) {
            return "column '" + axis.field().getName() + "' holds whole numbers";
        }
        if (!windows.every().isOneKind()) {
            return "every is " + windows.every() + "; it has one kind of unit";
        }
        if (!windows.period().equals(windows.every()) || !windows.offset().isZero()) {
            return "they lie side by side; leave out period and offset";
        }
        if (windows.startBy() != StartBy.WINDOW) {
            return "they start with the session; leave out start_by";
        }
        return windows.closed() == Closed.LEFT || windows.closed() == Closed.RIGHT
                ? ""
                : "closed is left or right, so that they share no rows";
    }

    @Override
    public Result<FoundWindows> find(int[] codes, int groups, LongBuffer inTable, int[] order, Workers workers) {
        long[] times = TimeAxis.array(inTable);
        return edges(times).flatMap(edges -> {
            var search = new DisjointSearch(codes, times);
            int unsorted = search.run(edges, groups);
            return unsorted >= 0 ? axis.unsorted(unsorted) : Result.ok(search.windows(order));
        });
    }

    @Override
    public Result<GapWindows> gaps(FoundWindows found) {
        return edges(found.starts()).flatMap(edges -> GapWindows.between(found, edges));
    }

    /** The sessions around some times, or {@code INVALID_ARGUMENT} if the calendar does not know one of these. */
    private Result<SessionEdges> edges(long[] times) {
        if (times.length == 0) {
            return Result.ok(new SessionEdges(List.of(), 1, closed));
        }
        long least = times[0];
        long greatest = times[0];
        for (long time : times) {
            least = Math.min(least, time);
            greatest = Math.max(greatest, time);
        }
        LocalDate first = day(least);
        LocalDate last = day(greatest);
        if (!calendar.covers(first) || !calendar.covers(last)) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "column '" + axis.field().getName() + "' goes from " + first + " to " + last + ", and calendar "
                            + calendar.code() + " covers " + calendar.from() + " to " + calendar.to());
        }
        // Windows of several sessions begin before the first time: a year reaches as far as the longest of them, or
        // further.
        List<Session> sessions = calendar.sessions(first.minusDays(8 + lookBack()), last.plusDays(8 + lookBack()));
        return Result.ok(
                every.isFixed()
                        ? new SessionEdges(parts(sessions), every.nanos() / axis.nanosPerUnit(), closed)
                        : new SessionEdges(buckets(sessions), Long.MAX_VALUE, closed));
    }

    private long lookBack() {
        return every.isFixed() ? 0 : every.months() * 31 + every.weeks() * 7 + every.days() * 5;
    }

    private LocalDate day(long time) {
        long seconds = Math.floorDiv(time, NANOS_PER_SECOND / axis.nanosPerUnit());
        return LocalDate.ofInstant(Instant.ofEpochSecond(seconds), calendar.zone());
    }

    private long time(Instant instant) {
        long units = NANOS_PER_SECOND / axis.nanosPerUnit();
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), units), instant.getNano() / axis.nanosPerUnit());
    }

    private List<SessionEdges.Stretch> parts(List<Session> sessions) {
        var all = new ArrayList<SessionEdges.Stretch>();
        for (Session session : sessions) {
            for (Session.Part part : session.parts()) {
                long open = time(part.open());
                long close = time(part.close());
                all.add(new SessionEdges.Stretch(open, close, open, close));
            }
        }
        return all;
    }

    /** Whole sessions, by the window that their day is in. */
    private List<SessionEdges.Stretch> buckets(List<Session> sessions) {
        var all = new ArrayList<SessionEdges.Stretch>();
        var counts = new TradingDays(calendar, every);
        int start = 0;
        for (int i = 1; i <= sessions.size(); i++) {
            if (i == sessions.size()
                    || !counts.areTogether(
                            sessions.get(start).date(), sessions.get(i).date())) {
                long open = time(sessions.get(start).open());
                long close = time(sessions.get(i - 1).close());
                for (Session session : sessions.subList(start, i)) {
                    for (Session.Part part : session.parts()) {
                        all.add(new SessionEdges.Stretch(time(part.open()), time(part.close()), open, close));
                    }
                }
                start = i;
            }
        }
        return all;
    }
}

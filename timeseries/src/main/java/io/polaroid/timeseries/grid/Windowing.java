package io.polaroid.timeseries.grid;

import io.polaroid.timeseries.batch.StartBy;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Windows as a stream has them: where they lie depends on the clock and on calendars only.
 *
 * <p><b>Source</b> {@code group_by_dynamic} of Polars, whose windows may also depend on the first row: those are refused here, since a
 * late row would move them all.
 *
 * @param every how often one starts; positive, of one kind of unit
 * @param period how long each is; positive
 * @param offset what is added to their starts
 * @param closed which ends belong to a window
 * @param label which bound names a window
 * @param startBy {@code WINDOW}, or the weekday that windows of a week start on
 * @param zone whose days, weeks and months they follow
 * @param calendar the market in whose sessions they lie; empty for none
 */
public record Windowing(
        Span every,
        Span period,
        Span offset,
        Closed closed,
        Edge label,
        StartBy startBy,
        ZoneId zone,
        Optional<TradingCalendar> calendar) {
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;
    private static final long MONDAY = 4 * NANOS_PER_DAY;

    /** A bound of a window. */
    public enum Edge {
        LEFT,
        RIGHT
    }

    /** Windows {@code [start, start + every)} side by side from 1970 UTC on. */
    public static Windowing every(Duration every) {
        return every(spanOf(every));
    }

    /** The same of any span, in UTC. */
    public static Windowing every(Span every) {
        return new Windowing(
                every, every, Span.ZERO, Closed.LEFT, Edge.LEFT, StartBy.WINDOW, ZoneOffset.UTC, Optional.empty());
    }

    /** Whole weeks as such: they start on Mondays. */
    private static Span spanOf(Duration length) {
        long nanos = length.toNanos();
        return nanos % (7 * NANOS_PER_DAY) == 0
                ? new Span(0, nanos / (7 * NANOS_PER_DAY), 0, 0, false, false)
                : Span.ofNanos(nanos);
    }

    /** Whether these are windows {@code [start, start + every)} of one length side by side in UTC, labelled with their starts. */
    public boolean isPlain() {
        return isFixed()
                && period.equals(every)
                && offset.isZero()
                && closed == Closed.LEFT
                && label == Edge.LEFT
                && (startBy == StartBy.WINDOW || startBy == StartBy.MONDAY)
                && calendar.isEmpty();
    }

    /** No window is longer than this. */
    public Duration longest() {
        return Duration.ofNanos(
                calendar.isEmpty() || every.isFixed()
                        ? ZonedSpan.of(period, zone, 1).longest()
                        // Sessions may begin on the evening before, and days of trading have others between them.
                        : Math.addExact(
                                ZonedSpan.of(every, zone, 1).longest(),
                                Math.multiplyExact(every.days(), 5 * NANOS_PER_DAY) + NANOS_PER_DAY));
    }

    /** The length of windows that {@link #isPlain}. */
    public Duration length() {
        return Duration.ofNanos(ZonedSpan.of(every, ZoneOffset.UTC, 1).units());
    }

    private boolean isFixed() {
        boolean inUtc = zone.normalized().equals(ZoneOffset.UTC) && every.isFixedInUtc() && period.isFixedInUtc();
        return inUtc || every.isFixed() && period.isFixed() && offset.isFixed() && zoneDoesNotMatter();
    }

    /** Whether the clock of the zone has always been whole windows off UTC since 1970. */
    private boolean zoneDoesNotMatter() {
        Set<ZoneOffset> offsets = new HashSet<>();
        var rules = zone.getRules();
        offsets.add(rules.getOffset(Instant.EPOCH));
        rules.getTransitions().stream()
                .filter(change -> change.toEpochSecond() >= 0)
                .map(ZoneOffsetTransition::getOffsetAfter)
                .forEach(offsets::add);
        rules.getTransitionRules().forEach(rule -> offsets.add(rule.getOffsetAfter()));
        return offsets.stream().allMatch(off -> off.getTotalSeconds() * 1_000_000_000L % every.nanos() == 0);
    }

    /**
     * The windows.
     *
     * @param unitNanos the least distance of two times in ns
     * @return them, or {@code INVALID_ARGUMENT} with what is asked for and cannot be
     */
    public Result<Grid> grid(long unitNanos) {
        try {
            String refusal = refusal(unitNanos);
            return refusal.isEmpty()
                    ? Result.ok(new BoundsGrid(bounds(), closed, unitNanos, label == Edge.RIGHT))
                    : Result.err(ProblemCode.INVALID_ARGUMENT, refusal);
        } catch (ArithmeticException tooLong) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT, "windows of " + every + " do not fit in 64 bits of nanoseconds");
        }
    }

    private String refusal(long unitNanos) {
        if (!every.isPositive() || !every.isOneKind() || every.index()) {
            return "every is " + every + "; it is longer than nothing and has one kind of unit";
        }
        if (!period.isPositive() || period.index()) {
            return "a period of " + period + " holds nothing; it is a duration longer than 0, such as 5m";
        }
        if (offset.index()) {
            return "offset is " + offset + "; it is a duration, such as 30m or -1h";
        }
        boolean open = closed == Closed.NONE && ZonedSpan.of(period, zone, 1).longest() <= unitNanos;
        if (open
                || every.nanos() % unitNanos != 0
                || period.nanos() % unitNanos != 0
                || offset.nanos() % unitNanos != 0) {
            return "every, period and offset are whole units of the time column";
        }
        if (calendar.isPresent()) {
            return ofSessions();
        }
        if (startBy == StartBy.DATAPOINT) {
            return "start_by datapoint depends on which row comes first, which a late row would change";
        }
        if (startBy != StartBy.WINDOW
                && !(every.weeks() == 1 || every.isFixed() && NANOS_PER_DAY % every.nanos() == 0)) {
            return "start_by a weekday goes with every: 1w; of other lengths the first row would decide which week"
                    + " counts";
        }
        if (!isFixed() && every.isFixed() && NANOS_PER_DAY % every.nanos() != 0) {
            return "in a zone, every divides a day: windows begin anew at midnight";
        }
        if (every.months() > 0 && (offset.weeks() > 0 || offset.days() > 0)) {
            return "offset of days moves the starts of months apart from each other by turns; give it in hours or"
                    + " months";
        }
        boolean sameEnds = label == Edge.RIGHT && period.months() > 0 && !period.equals(every);
        return sameEnds ? "label right goes with periods of one length: several windows of months end on one day" : "";
    }

    private String ofSessions() {
        if (!period.equals(every) || !offset.isZero() || startBy != StartBy.WINDOW) {
            return "windows in sessions lie side by side and start with the session; leave out period, offset and"
                    + " start_by";
        }
        return closed == Closed.LEFT || closed == Closed.RIGHT ? "" : "windows in sessions are closed left or right";
    }

    private BoundsGrid.Bounds bounds() {
        if (calendar.isPresent()) {
            return new StretchBounds(
                    SessionStretches.of(calendar.get(), every), every.isFixed() ? every.nanos() : Long.MAX_VALUE);
        }
        long weekday = startBy.ordinal() > StartBy.MONDAY.ordinal()
                ? (startBy.ordinal() - StartBy.MONDAY.ordinal()) * NANOS_PER_DAY
                : 0;
        if (isFixed() && offset.isFixedInUtc()) {
            ZonedSpan utc = ZonedSpan.of(every, ZoneOffset.UTC, 1);
            long moved = ZonedSpan.of(offset, ZoneOffset.UTC, 1).add(every.weeks() > 0 ? MONDAY + weekday : 0);
            return new FixedBounds(utc.units(), utc.with(period).units(), moved);
        }
        Span anew = every.isFixed() ? new Span(0, 0, 1, 0, false, false) : every;
        var stretches = new ZonedStretches(anew, offset, weekday / NANOS_PER_DAY, zone);
        var bounds = new StretchBounds(stretches, every.isFixed() ? every.nanos() : Long.MAX_VALUE);
        return period.equals(every) ? bounds : new LongerBounds(bounds, ZonedSpan.of(period, zone, 1));
    }

    /** What distinguishes these windows, for people and for signatures. */
    @Override
    public String toString() {
        return every
                + (period.equals(every) ? "" : " period " + period)
                + (offset.isZero() ? "" : " offset " + offset)
                + (closed == Closed.LEFT ? "" : " closed " + closed)
                + (label == Edge.LEFT ? "" : " label " + label)
                + (startBy == StartBy.WINDOW ? "" : " start by " + startBy)
                + (zone.normalized().equals(ZoneOffset.UTC) ? "" : " in " + zone)
                + calendar.map(market -> " of " + market.code()).orElse("");
    }
}

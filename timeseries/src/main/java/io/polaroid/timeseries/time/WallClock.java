package io.polaroid.timeseries.time;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;

/**
 * Between instants and the local time of a zone, both counted in units of a column since 1970.
 *
 * <p>A local time that a zone has twice, or not at all, is taken as RFC 5545 and Polars take it: it keeps the fold (daylight saving or
 * not) of the time that it was reached from.
 */
final class WallClock {
    private static final long HOUR_SECONDS = 3_600;

    private final ZoneRules rules;
    private final boolean fixed;
    private final long second;

    /**
     * The clock of a zone.
     *
     * @param nanosPerUnit nanoseconds in one unit; divides a second
     */
    WallClock(ZoneId zone, long nanosPerUnit) {
        this.rules = zone.getRules();
        this.fixed = rules.isFixedOffset();
        this.second = 1_000_000_000L / nanosPerUnit;
    }

    /** Whether local time is the time in UTC. */
    boolean isUtc() {
        return fixed && rules.getOffset(Instant.EPOCH).getTotalSeconds() == 0;
    }

    long toLocal(long time) {
        return Math.addExact(time, offset(time) * second);
    }

    /**
     * The instant of a local time.
     *
     * @param origin the instant that the local time was reached from
     */
    long toInstant(long local, long origin) {
        LocalDateTime wall = wall(local);
        List<ZoneOffset> valid = rules.getValidOffsets(wall);
        if (valid.size() == 1) {
            return at(local, valid.getFirst().getTotalSeconds());
        }
        long saving = saving(origin);
        if (valid.isEmpty()) {
            return inGap(local, wall, saving);
        }
        long early = at(local, valid.getFirst().getTotalSeconds());
        long late = at(local, valid.getLast().getTotalSeconds());
        return saving(early) != saving && saving(late) == saving ? late : early;
    }

    // A time that the clock leaps over: with daylight saving at the origin it moves on by the saving, else back by the
    // saving to come.
    private long inGap(long local, LocalDateTime wall, long saving) {
        ZoneOffsetTransition leap = rules.getTransition(wall);
        long coming = saving != 0 ? saving : -savingAfterAnHour(local);
        long moved = Math.addExact(local, coming * second);
        List<ZoneOffset> valid = rules.getValidOffsets(wall(moved));
        // Leaps of a zone's standard time have no saving: then it is as far behind the leap as it was ahead of its
        // start.
        return valid.size() == 1
                ? at(moved, valid.getFirst().getTotalSeconds())
                : at(local, leap.getOffsetBefore().getTotalSeconds());
    }

    private long savingAfterAnHour(long local) {
        long later = Math.addExact(local, HOUR_SECONDS * second);
        List<ZoneOffset> valid = rules.getValidOffsets(wall(later));
        return valid.isEmpty() ? 0 : saving(at(later, valid.getFirst().getTotalSeconds()));
    }

    private long at(long local, int offsetSeconds) {
        return Math.subtractExact(local, offsetSeconds * second);
    }

    private long offset(long time) {
        return rules.getOffset(instant(time)).getTotalSeconds();
    }

    private long saving(long time) {
        return rules.getDaylightSavings(instant(time)).getSeconds();
    }

    private Instant instant(long time) {
        return Instant.ofEpochSecond(Math.floorDiv(time, second));
    }

    private LocalDateTime wall(long local) {
        int nanos = (int) (Math.floorMod(local, second) * (1_000_000_000L / second));
        return LocalDateTime.ofEpochSecond(Math.floorDiv(local, second), nanos, ZoneOffset.UTC);
    }
}

package io.polaroid.timeseries.grid;

import io.polaroid.timeseries.batch.TradingDays;
import io.polaroid.timeseries.calendar.Session;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.time.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The sessions of a market: each stretch of trading, or whole days, weeks, months or years of them. */
final class SessionStretches implements Stretches {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long[] opens;
    private final long[] closes;
    private final long[] partOpens;
    private final long[] partCloses;

    private SessionStretches(List<long[]> stretches, List<long[]> parts) {
        this.opens = stretches.stream().mapToLong(one -> one[0]).toArray();
        this.closes = stretches.stream().mapToLong(one -> one[1]).toArray();
        this.partOpens = parts.stream().mapToLong(one -> one[0]).toArray();
        this.partCloses = parts.stream().mapToLong(one -> one[1]).toArray();
    }

    /** Stretches for windows of a length: each part of a session for one of fixed length, else as many whole sessions as share one. */
    static SessionStretches of(TradingCalendar calendar, Span every) {
        List<Session> sessions = calendar.sessions(calendar.from(), calendar.to());
        var parts = new ArrayList<long[]>();
        for (Session session : sessions) {
            for (Session.Part part : session.parts()) {
                parts.add(new long[] {nanos(part.open()), nanos(part.close())});
            }
        }
        if (every.isFixed()) {
            return new SessionStretches(parts, parts);
        }
        var days = new TradingDays(calendar, every);
        var together = new ArrayList<long[]>();
        int start = 0;
        for (int i = 1; i <= sessions.size(); i++) {
            if (i == sessions.size()
                    || !days.areTogether(
                            sessions.get(start).date(), sessions.get(i).date())) {
                together.add(new long[] {
                    nanos(sessions.get(start).open()), nanos(sessions.get(i - 1).close())
                });
                start = i;
            }
        }
        return new SessionStretches(together, parts);
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
    }

    private static int floor(long[] ascending, long time) {
        int found = Arrays.binarySearch(ascending, time);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public long at(long time) {
        int found = floor(opens, time);
        return found < 0 ? NONE : found;
    }

    @Override
    public long open(long number) {
        return number < opens.length ? opens[(int) number] : Grid.NONE_AFTER;
    }

    @Override
    public long close(long number) {
        return closes[(int) number];
    }

    @Override
    public long first() {
        return opens.length == 0 ? NONE : 0;
    }

    @Override
    public boolean isHeld(long time) {
        int part = floor(partOpens, time);
        return part >= 0 && time < partCloses[part];
    }
}

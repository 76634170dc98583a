package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The windows of a stream are those of {@link Resample}, whatever row they are asked for first. */
@ExtendWith(Allocators.class)
class WindowingTest {
    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    private static Windowing windowing(
            String every,
            String period,
            String offset,
            Closed closed,
            Windowing.Edge label,
            String start,
            String where) {
        boolean market = where.equals("XNYS") || where.equals("24x7") || where.equals("XCME");
        return new Windowing(
                span(every),
                span(period),
                span(offset),
                closed,
                label,
                StartBy.valueOf(start),
                market ? ZoneId.of("UTC") : ZoneId.of(where),
                market ? Optional.of(TradingCalendar.named(where).orThrow()) : Optional.empty());
    }

    @ParameterizedTest(name = "{0} period {1} offset {2} {3} {4} start {5} in {6}")
    @CsvSource({
        "1h,1h,0s,LEFT,LEFT,WINDOW,UTC",
        "10m,25m,0s,LEFT,LEFT,WINDOW,UTC",
        "10m,25m,3m,RIGHT,RIGHT,WINDOW,UTC",
        "10m,25m,-3m,BOTH,LEFT,WINDOW,UTC",
        "10m,5m,0s,LEFT,LEFT,WINDOW,UTC",
        "10m,5m,0s,NONE,RIGHT,WINDOW,UTC",
        "7m,21m,0s,BOTH,RIGHT,WINDOW,UTC",
        "1d,1d,9h,LEFT,LEFT,WINDOW,UTC",
        "1w,1w,0s,RIGHT,RIGHT,WINDOW,UTC",
        "1w,2w,0s,LEFT,LEFT,WINDOW,UTC",
        "1w,1w,0s,LEFT,LEFT,THURSDAY,UTC",
        "1mo,1mo,0s,LEFT,LEFT,WINDOW,UTC",
        "1q,1q,0s,RIGHT,RIGHT,WINDOW,UTC",
        "1y,1y,0s,LEFT,LEFT,WINDOW,UTC",
        "1mo,3mo,6h,LEFT,LEFT,WINDOW,UTC",
        "1d,1mo,0s,LEFT,LEFT,WINDOW,UTC",
        "1d,1d,0s,LEFT,LEFT,WINDOW,America/New_York",
        "1d,3d,0s,RIGHT,LEFT,WINDOW,Europe/Berlin",
        "1d,1d,9h,BOTH,RIGHT,WINDOW,Europe/Berlin",
        "2d,2d,0s,LEFT,LEFT,WINDOW,Australia/Lord_Howe",
        "1w,1w,0s,LEFT,LEFT,WEDNESDAY,America/New_York",
        "1mo,1mo,0s,LEFT,RIGHT,WINDOW,America/New_York",
        "1h,1h,0s,LEFT,LEFT,WINDOW,America/New_York",
        "30m,2h,0s,LEFT,LEFT,WINDOW,America/New_York",
        "1h,1h,0s,LEFT,LEFT,WINDOW,Asia/Kolkata",
        "30m,30m,0s,LEFT,LEFT,WINDOW,XNYS",
        "1h,1h,0s,RIGHT,RIGHT,WINDOW,XNYS",
        "1d,1d,0s,LEFT,LEFT,WINDOW,XNYS",
        "1d,1d,0s,LEFT,RIGHT,WINDOW,XCME",
        "3d,3d,0s,LEFT,LEFT,WINDOW,XNYS",
        "1w,1w,0s,LEFT,LEFT,WINDOW,XNYS",
        "1mo,1mo,0s,RIGHT,LEFT,WINDOW,XNYS",
        "1q,1q,0s,LEFT,LEFT,WINDOW,XCME",
        "4h,4h,0s,LEFT,LEFT,WINDOW,24x7"
    })
    void assignsRowsAsTheTableOperatorDoes(
            String every,
            String period,
            String offset,
            Closed closed,
            Windowing.Edge label,
            String start,
            String where,
            BufferAllocator allocator) {
        var windowing = windowing(every, period, offset, closed, label, start, where);
        var grid = windowing.grid(1_000).orThrow();
        for (long seed = 0; seed < 4; seed++) {
            var times = times(seed);
            var inBatch = inBatch(windowing, times, allocator);
            // A table has no windows before the one that its first row starts, though they hold rows too.
            assertThat(counts(grid, times).tailMap(inBatch.firstKey())).isEqualTo(inBatch);
        }
    }

    /** Minutes of some weeks around clock changes and month ends, many on the hour, one series. */
    private static List<Long> times(long seed) {
        var random = new SplittableRandom(seed);
        long from = Instant.parse(List.of(
                                "2024-02-20T00:00:00Z",
                                "2024-10-20T00:00:00Z",
                                "2023-12-20T00:00:00Z",
                                "2025-03-05T00:00:00Z")
                        .get((int) seed))
                .getEpochSecond();
        var times = new ArrayList<Long>();
        for (int i = 0; i < 1_200; i++) {
            long second = from + random.nextLong(30 * 86_400L);
            times.add((second - Math.floorMod(second, random.nextInt(3) == 0 ? 1_800 : 60)) * 1_000_000);
        }
        times.sort(null);
        return times;
    }

    private static TreeMap<Long, Long> counts(Grid grid, List<Long> times) {
        var counts = new TreeMap<Long, Long>();
        for (long micros : times) {
            long time = micros * 1_000;
            long[] least = {Grid.NONE_AFTER};
            grid.forEach(time, key -> {
                counts.merge(key / 1_000, 1L, Long::sum);
                least[0] = Math.min(least[0], grid.to(key));
                assertThat(grid.from(key)).isLessThanOrEqualTo(time);
                assertThat(grid.to(key)).isGreaterThan(time);
                assertThat(grid.previous(grid.next(key))).isEqualTo(key);
                assertThat(grid.next(key)).isGreaterThan(key);
                assertThat(grid.firstEndingAfter(time)).isLessThanOrEqualTo(key);
                long first = grid.firstEndingAfter(grid.to(key) - 1);
                assertThat(grid.to(first)).isGreaterThanOrEqualTo(grid.to(key));
                assertThat(grid.to(grid.previous(first))).isLessThan(grid.to(key));
            });
            assertThat(grid.firstEnd(time)).isEqualTo(least[0]);
        }
        return counts;
    }

    private static TreeMap<Long, Long> inBatch(Windowing windowing, List<Long> times, BufferAllocator allocator) {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("n", "count(*)");
        var resample = Resample.of("ts", windowing.every())
                .windows(Windows.every(windowing.every())
                        .period(windowing.period())
                        .offset(windowing.offset())
                        .closed(windowing.closed())
                        .startBy(windowing.startBy()))
                .label(windowing.label() == Windowing.Edge.LEFT ? Label.LEFT : Label.RIGHT)
                .anchor(windowing
                        .calendar()
                        .<Anchor>map(Anchor.Sessions::new)
                        .orElseGet(() -> new Anchor.InZone(windowing.zone())))
                .aggregates(aggregates);
        var counts = new TreeMap<Long, Long>();
        try (var table = Tables.in(allocator)
                        .add("ts", Tables.time(TimeUnit.MICROSECOND, "UTC"), times)
                        .table();
                var result = resample.apply(List.of(table), allocator).orThrow()) {
            var keys = Tables.cells(result, "ts");
            var n = Tables.cells(result, "n");
            for (int i = 0; i < keys.size(); i++) {
                counts.merge((Long) keys.get(i), (Long) n.get(i), Long::sum);
            }
        }
        return counts;
    }

    @Test
    void hoursThatDoNotFitIntoAClockChangeBeginAnewAtMidnight() {
        var grid = windowing("4h", "4h", "0s", Closed.LEFT, Windowing.Edge.LEFT, "WINDOW", "America/New_York")
                .grid(1_000)
                .orThrow();
        var starts = new ArrayList<String>();
        long key = nanos("2024-11-03T04:00:00Z");
        for (int i = 0; i < 8; i++, key = grid.next(key)) {
            starts.add(Instant.ofEpochSecond(key / 1_000_000_000L).toString().substring(8, 16));
        }
        // The day has 25 hours: midnight is 04:00 before it and 05:00 after it.
        assertThat(starts)
                .containsExactly(
                        "03T04:00", "03T08:00", "03T12:00", "03T16:00", "03T20:00", "04T00:00", "04T04:00", "04T05:00");
    }

    private static long nanos(String instant) {
        return Instant.parse(instant).getEpochSecond() * 1_000_000_000L;
    }

    @ParameterizedTest
    @CsvSource({
        "1h,1h,0s,LEFT,LEFT,DATAPOINT,UTC,datapoint",
        "2w,2w,0s,LEFT,LEFT,FRIDAY,UTC,1w",
        "5h,5h,0s,LEFT,LEFT,WINDOW,Europe/Berlin,divides a day",
        "1mo,1mo,3d,LEFT,LEFT,WINDOW,UTC,offset",
        "1d,1mo,0s,LEFT,RIGHT,WINDOW,UTC,label right",
        "1h,2h,0s,LEFT,LEFT,WINDOW,XNYS,period",
        "1h,1h,0s,BOTH,LEFT,WINDOW,XNYS,closed",
        "1h,1h,5ns,LEFT,LEFT,WINDOW,UTC,whole units"
    })
    void refusesWhatARowWouldDecide(
            String every,
            String period,
            String offset,
            Closed closed,
            Windowing.Edge label,
            String start,
            String where,
            String reason) {
        var grid = windowing(every, period, offset, closed, label, start, where).grid(1_000);
        assertThat(grid)
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().detail()).contains(reason));
    }
}

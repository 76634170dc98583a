package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rolling windows by the calendar beside two cursors that only advance. */
@ExtendWith(Allocators.class)
class AdvancingEdgesTest {
    @Test
    void edgesNeverGoBackWhereClocksAndMonthsDo(BufferAllocator allocator) {
        Gen.forSeeds(300, gen -> {
            String zone = gen.pick("Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe");
            Object[] times = aroundAChange(gen);
            Span period =
                    Span.parse(gen.pick("1d", "2d", "1w", "1h", "24h", "1mo")).orThrow();
            Span offset = gen.oneIn(2)
                    ? period.negated()
                    : Span.parse(gen.pick("-1d", "0s", "1d", "-2d", "-1h", "1d12h", "-2mo"))
                            .orThrow();
            Closed closed = gen.pick(Closed.values());
            var rolling = new RollingTime(
                    "t", period, offset, closed, List.of("k"), new LinkedHashMap<>(java.util.Map.of("n", "count(*)")));
            var micros = new ArrowType.Timestamp(TimeUnit.MICROSECOND, zone);
            Object[] keys = new Object[times.length];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = gen.pick("a", "b");
            }
            try (VectorSchemaRoot table = Tables.with(allocator)
                            .column("t", micros, times)
                            .column("k", Tables.TEXT, keys)
                            .table();
                    VectorSchemaRoot rolled =
                            rolling.apply(List.of(table), allocator).orThrow()) {
                var expected = new ArrayList<Object>();
                for (String key : List.of("a", "b")) {
                    expected.addAll(counts(ofKey(times, keys, key), zone, period, offset, closed));
                }
                assertThat(Tables.cells(rolled, "n"))
                        .as("%s in %s", rolling.title(), zone)
                        .isEqualTo(expected);
            }
        });
    }

    private static Object[] aroundAChange(Gen gen) {
        String change = gen.pick("2024-10-26T12:00:00Z", "2024-03-30T12:00:00Z", "2024-11-02T18:00:00Z");
        long at = Instant.parse(gen.oneIn(4) ? "2024-04-06T02:00:00Z" : change).toEpochMilli() * 1_000;
        long step = gen.pick(5L, 10L, 20L, 30L) * 60_000_000;
        Object[] times = new Object[20 + gen.below(200)];
        for (int i = 0; i < times.length; i++) {
            times[i] = at;
            at += gen.oneIn(8) ? 0 : step;
        }
        return times;
    }

    private static long[] ofKey(Object[] times, Object[] keys, String key) {
        return IntStream.range(0, times.length)
                .filter(i -> keys[i].equals(key))
                .mapToLong(i -> (long) times[i])
                .toArray();
    }

    // Two cursors over the rows, which only advance.
    private static List<Object> counts(long[] times, String zone, Span period, Span offset, Closed closed) {
        var clock = ZoneId.of(zone);
        var shift = ZonedSpan.of(offset, clock, 1_000);
        var length = ZonedSpan.of(period, clock, 1_000);
        boolean takesStart = closed == Closed.LEFT || closed == Closed.BOTH;
        boolean takesEnd = closed == Closed.RIGHT || closed == Closed.BOTH;
        var counts = new ArrayList<Object>();
        int from = 0;
        int to = 0;
        for (long time : times) {
            long start = shift.add(time);
            long end = offset.equals(period.negated()) ? time : length.add(start);
            while (from < times.length && (takesStart ? times[from] < start : times[from] <= start)) {
                from++;
            }
            while (to < times.length && (takesEnd ? times[to] <= end : times[to] < end)) {
                to++;
            }
            boolean before = takesEnd ? end < times[0] : end <= times[0];
            counts.add(before ? 0L : (long) Math.max(0, to - from));
        }
        return counts;
    }
}

package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.DuckDb;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.ThreadWorkers;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.AsOf.Direction;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** As-of joins beside a scan of all right rows for each left row, and beside DuckDB. */
@ExtendWith(Allocators.class)
class AsofTwinTest {
    private record Side(Object[] times, Object[] keys, Object[] values) {
        static Side random(Gen gen, int most, boolean ascending, boolean distinct) {
            int rows = gen.below(most);
            Object[] times = new Object[rows];
            Object[] keys = new Object[rows];
            Object[] values = new Object[rows];
            long at = 0;
            for (int i = 0; i < rows; i++) {
                at += distinct ? 1 + gen.below(3) : gen.below(3);
                times[i] = gen.oneIn(9) ? null : (Object) (ascending ? at : gen.between(0, 40));
                keys[i] = gen.oneIn(9) ? null : gen.pick("a", "b", "c");
                values[i] = (long) i;
            }
            return new Side(times, keys, values);
        }

        VectorSchemaRoot table(BufferAllocator allocator, String value) {
            return Tables.with(allocator)
                    .column("t", Tables.MICROS, times)
                    .column("k", Tables.TEXT, keys)
                    .column(value, Tables.INT64, values)
                    .table();
        }
    }

    private static AsofJoin join(
            List<String> by, Direction direction, Tolerance tolerance, boolean exact, AsOf.Tie tie, NullKeys nulls) {
        return new AsofJoin(
                "t", "t", by, by, direction, tolerance, exact, "_right", true, false, AsofJoin.How.LEFT, tie, nulls);
    }

    private static Object naive(AsofJoin join, Side left, int row, Side right, long tolerance) {
        if (left.times()[row] == null) {
            return null;
        }
        long time = (Long) left.times()[row];
        long best = Long.MAX_VALUE;
        Object found = null;
        long foundTime = 0;
        for (int i = 0; i < right.times().length; i++) {
            if (right.times()[i] == null || !sameKey(join, left.keys()[row], right.keys()[i])) {
                continue;
            }
            long at = (Long) right.times()[i];
            long distance = Math.abs(at - time);
            boolean side = switch (join.strategy()) {
                case BACKWARD -> at <= time;
                case FORWARD -> at >= time;
                case NEAREST -> true;
            };
            if (!side || distance > tolerance || at == time && !join.allowExactMatches() || distance > best) {
                continue;
            }
            boolean later = join.strategy() != Direction.FORWARD
                    && (at > foundTime
                            ? join.tie() == AsOf.Tie.LATER
                            : at == foundTime || join.tie() == AsOf.Tie.EARLIER);
            if (distance < best || later) {
                best = distance;
                found = right.values()[i];
                foundTime = at;
            }
        }
        return found;
    }

    private static boolean sameKey(AsofJoin join, Object left, Object right) {
        if (join.leftBy().isEmpty()) {
            return true;
        }
        return left == null || right == null ? left == right && join.nullBy() == NullKeys.EQUAL : left.equals(right);
    }

    @Test
    void matchesAsAScanOfAllRowsDoes(BufferAllocator allocator) {
        Gen.forSeeds(800, gen -> {
            boolean ascending = gen.oneIn(2);
            Side left = Side.random(gen, 30, ascending, false);
            Side right = Side.random(gen, 30, ascending, false);
            List<String> by = gen.oneIn(2) ? List.of("k") : List.of();
            long tolerance = gen.pick(Long.MAX_VALUE, 0L, 2L, 5L);
            AsofJoin join = join(
                    by,
                    gen.pick(Direction.values()),
                    tolerance == Long.MAX_VALUE ? Tolerance.any() : Tolerance.within(Span.ofNanos(tolerance * 1000)),
                    gen.oneIn(2),
                    gen.pick(AsOf.Tie.values()),
                    gen.pick(NullKeys.values()));
            var expected = new ArrayList<Object>();
            for (int row = 0; row < left.times().length; row++) {
                expected.add(naive(join, left, row, right, tolerance));
            }
            try (VectorSchemaRoot a = left.table(allocator, "l");
                    VectorSchemaRoot b = right.table(allocator, "r");
                    VectorSchemaRoot joined =
                            join.apply(List.of(a, b), allocator).orThrow()) {
                assertThat(Tables.cells(joined, "r")).as("%s", join).isEqualTo(expected);
                assertThat(Tables.cells(joined, "l")).containsExactly(left.values());
            }
        });
    }

    @Test
    void givesTheSameOnSeveralThreads(BufferAllocator allocator) {
        int rows = 150_000;
        Gen.forSeeds(2, gen -> {
            try (VectorSchemaRoot left = large(gen, rows, allocator);
                    VectorSchemaRoot right = large(gen, rows, allocator)) {
                for (Direction direction : Direction.values()) {
                    AsofJoin join = AsofJoin.on("t", List.of("k"))
                            .strategy(direction)
                            .tolerance(Tolerance.within(Span.ofNanos(gen.between(0, 900))));
                    Workers four = new ThreadWorkers(ForkJoinPool.commonPool(), 4);
                    try (VectorSchemaRoot one =
                                    join.apply(List.of(left, right), allocator).orThrow();
                            VectorSchemaRoot many = join.apply(List.of(left, right), allocator, four)
                                    .orThrow()) {
                        assertThat(many.equals(one)).as("%s", direction).isTrue();
                    }
                }
            }
        });
    }

    private static VectorSchemaRoot large(Gen gen, int rows, BufferAllocator allocator) {
        Object[] times = new Object[rows];
        Object[] keys = new Object[rows];
        Object[] values = new Object[rows];
        long at = 0;
        for (int i = 0; i < rows; i++) {
            at += gen.below(3);
            times[i] = at;
            keys[i] = gen.oneIn(1000) ? null : "key" + gen.below(i < rows / 2 ? 300 : 1500);
            values[i] = (long) i;
        }
        return Tables.with(allocator)
                .column("t", Tables.NANOS, times)
                .column("k", Tables.TEXT, keys)
                .column("v", Tables.INT64, values)
                .table();
    }

    @Test
    void agreesWithDuckDbWhereTimesAreDistinct(BufferAllocator allocator) {
        Gen.forSeeds(60, gen -> {
            Side left = Side.random(gen, 40, true, true);
            Side right = Side.random(gen, 40, true, true);
            boolean exact = gen.oneIn(2);
            boolean forward = gen.oneIn(2);
            AsofJoin join = join(
                    List.of("k"),
                    forward ? Direction.FORWARD : Direction.BACKWARD,
                    Tolerance.any(),
                    exact,
                    AsOf.Tie.LATER,
                    NullKeys.NO_KEY);
            String operator = forward ? (exact ? "<=" : "<") : exact ? ">=" : ">";
            try (DuckDb db = DuckDb.open();
                    VectorSchemaRoot a = left.table(allocator, "l");
                    VectorSchemaRoot b = right.table(allocator, "r");
                    VectorSchemaRoot joined =
                            join.apply(List.of(a, b), allocator).orThrow()) {
                insert(db, "l", left);
                insert(db, "r", right);
                List<Object> expected = db
                        .query("SELECT r.v FROM l ASOF LEFT JOIN r ON l.k = r.k AND l.t " + operator
                                + " r.t ORDER BY l.v")
                        .stream()
                        .map(List::getFirst)
                        .toList();
                assertThat(Tables.cells(joined, "r")).as("%s", join).isEqualTo(expected);
            }
        });
    }

    private static void insert(DuckDb db, String table, Side side) {
        db.run("CREATE TABLE " + table + " (t BIGINT, k VARCHAR, v BIGINT)");
        var rows = new ArrayList<Object[]>();
        for (int i = 0; i < side.times().length; i++) {
            rows.add(new Object[] {side.times()[i], side.keys()[i], side.values()[i]});
        }
        db.insert(table, rows);
    }

    @Test
    void innerLeavesOutRowsWithoutAMatchAndComparesTimesOfTwoUnits(BufferAllocator allocator) {
        try (VectorSchemaRoot left = Tables.with(allocator)
                        .column("t", Tables.MICROS, 5L, 10L, 20L)
                        .column("s", Tables.TEXT, "x", "y", "z")
                        .table();
                VectorSchemaRoot right = Tables.with(allocator)
                        .column("t", Tables.NANOS, 6_000L, 10_000L)
                        .column("s", Tables.TEXT, "p", "q")
                        .table()) {
            AsofJoin outer = AsofJoin.on("t", List.of()).tolerance(Tolerance.within(Span.ofNanos(9_999)));
            AsofJoin inner = new AsofJoin(
                    "t",
                    "t",
                    List.of(),
                    List.of(),
                    Direction.BACKWARD,
                    outer.tolerance(),
                    true,
                    "_r",
                    false,
                    true,
                    AsofJoin.How.INNER,
                    AsOf.Tie.LATER,
                    NullKeys.NO_KEY);
            try (VectorSchemaRoot joined =
                    inner.apply(List.of(left, right), allocator).orThrow()) {
                assertThat(Tables.names(joined.getSchema())).containsExactly("t", "s", "t_r", "s_r");
                assertThat(Tables.cells(joined, "s")).containsExactly("y");
                assertThat(Tables.cells(joined, "s_r")).containsExactly("q");
            }
        }
    }

    @Test
    void refusesWhatCannotBeJoined(BufferAllocator allocator) {
        try (VectorSchemaRoot down = Tables.with(allocator)
                        .column("t", Tables.MICROS, 2L, 1L)
                        .table();
                VectorSchemaRoot up = Tables.with(allocator)
                        .column("t", Tables.MICROS, 1L, 2L)
                        .table();
                VectorSchemaRoot zoned = Tables.with(allocator)
                        .column(
                                "t",
                                new ArrowType.Timestamp(org.apache.arrow.vector.types.TimeUnit.MICROSECOND, "UTC"),
                                1L)
                        .table()) {
            AsofJoin join = AsofJoin.on("t", List.of());
            assertThat(code(join.apply(List.of(up, down), allocator))).isEqualTo(ProblemCode.INVALID_ARGUMENT);
            assertThat(code(join.apply(List.of(up, zoned), allocator))).isEqualTo(ProblemCode.INVALID_ARGUMENT);
            assertThat(code(AsofJoin.on("t", List.of("nokey")).apply(List.of(up, up), allocator)))
                    .isEqualTo(ProblemCode.UNKNOWN_COLUMN);
            assertThat(code(join.tolerance(Tolerance.within(Span.ofSteps(3))).apply(List.of(up, up), allocator)))
                    .isEqualTo(ProblemCode.INVALID_ARGUMENT);
        }
    }

    private static ProblemCode code(Result<VectorSchemaRoot> result) {
        return switch (result) {
            case Result.Ok<VectorSchemaRoot> ok -> throw new AssertionError("it was accepted");
            case Result.Err<VectorSchemaRoot> err -> err.problem().code();
        };
    }

    @Test
    void windowJoinsAggregateTheRowsAroundEachLeftRow(BufferAllocator allocator) {
        Gen.forSeeds(300, gen -> {
            Side left = Side.random(gen, 20, gen.oneIn(2), false);
            Side right = Side.random(gen, 30, gen.oneIn(2), false);
            long period = gen.between(1, 6);
            long offset = gen.between(-6, 3);
            boolean prevailing = gen.oneIn(2);
            boolean generic = gen.oneIn(2);
            var aggregates = new LinkedHashMap<String, String>();
            aggregates.put("s", "sum(r)");
            aggregates.put("n", "count(r)");
            aggregates.put("m", "max(r)");
            if (generic) {
                aggregates.put("u", "n_unique(r)");
            }
            var join = new WindowJoin(
                    "t",
                    "t",
                    List.of("k"),
                    List.of("k"),
                    Span.ofNanos(period * 1000),
                    Span.ofNanos(offset * 1000),
                    gen.pick(io.polaroid.timeseries.operator.Closed.values()),
                    prevailing,
                    aggregates);
            var expected = new ArrayList<List<Long>>();
            for (int row = 0; row < left.times().length; row++) {
                expected.add(inside(join, left, row, right, period, offset));
            }
            try (VectorSchemaRoot a = left.table(allocator, "l");
                    VectorSchemaRoot b = right.table(allocator, "r");
                    VectorSchemaRoot joined =
                            join.apply(List.of(a, b), allocator).orThrow()) {
                for (int row = 0; row < expected.size(); row++) {
                    List<Long> rows = expected.get(row);
                    String what = join + " row " + row + " of " + left + " and " + right;
                    assertThat(Tables.cells(joined, "n").get(row)).as(what).isEqualTo((long) rows.size());
                    assertThat(Tables.cells(joined, "s").get(row))
                            .as(what)
                            .isEqualTo(rows.stream().mapToLong(r -> r).sum());
                    assertThat(Tables.cells(joined, "m").get(row))
                            .as(what)
                            .isEqualTo(
                                    rows.isEmpty()
                                            ? null
                                            : rows.stream().max(Long::compare).get());
                }
            }
        });
    }

    private static List<Long> inside(WindowJoin join, Side left, int row, Side right, long period, long offset) {
        var inside = new ArrayList<Long>();
        if (left.times()[row] == null || left.keys()[row] == null) {
            return inside;
        }
        long start = (Long) left.times()[row] + offset;
        long end = start + period;
        long prevailingTime = Long.MIN_VALUE;
        Long prevailing = null;
        for (int i = 0; i < right.times().length; i++) {
            if (right.times()[i] == null || !left.keys()[row].equals(right.keys()[i])) {
                continue;
            }
            long at = (Long) right.times()[i];
            boolean in = switch (join.closed()) {
                case BOTH -> at >= start && at <= end;
                case LEFT -> at >= start && at < end;
                case RIGHT -> at > start && at <= end;
                case NONE -> at > start && at < end;
            };
            if (in) {
                inside.add((Long) right.values()[i]);
            }
            if (at <= start && at >= prevailingTime) {
                prevailingTime = at;
                prevailing = (Long) right.values()[i];
            }
        }
        if (join.prevailing() && prevailing != null && !inside.contains(prevailing)) {
            inside.add(prevailing);
        }
        return inside;
    }

    @Test
    void aNumberToleratesUnitsOfTheLeftTimes(BufferAllocator allocator) {
        ArrowType day = new ArrowType.Date(org.apache.arrow.vector.types.DateUnit.DAY);
        try (VectorSchemaRoot days =
                        Tables.with(allocator).column("t", day, 10L).table();
                VectorSchemaRoot earlier = Tables.with(allocator)
                        .column("t", day, 7L)
                        .column("r", Tables.INT64, 1L)
                        .table();
                VectorSchemaRoot micros =
                        Tables.with(allocator).column("t", Tables.MICROS, 10L).table();
                VectorSchemaRoot nanos = Tables.with(allocator)
                        .column("t", Tables.NANOS, 7_000L)
                        .column("r", Tables.INT64, 1L)
                        .table()) {
            assertThat(within(2, days, earlier, allocator)).containsExactly((Object) null);
            assertThat(within(3, days, earlier, allocator)).containsExactly(1L);
            assertThat(within(2, micros, nanos, allocator)).containsExactly((Object) null);
            assertThat(within(3, micros, nanos, allocator)).containsExactly(1L);
            assertThat(within(Long.MAX_VALUE, micros, nanos, allocator)).containsExactly(1L);
        }
    }

    private static List<Object> within(
            long units, VectorSchemaRoot left, VectorSchemaRoot right, BufferAllocator allocator) {
        AsofJoin join = AsofJoin.on("t", List.of()).tolerance(new Tolerance.Units(units));
        try (VectorSchemaRoot joined =
                join.apply(List.of(left, right), allocator).orThrow()) {
            return Tables.cells(joined, "r");
        }
    }
}

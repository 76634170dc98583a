package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.DuckDb;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.column.ThreadWorkers;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Statistic;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rolling operators, shifts and measures beside DuckDB and scans that apply the definition. */
@ExtendWith(Allocators.class)
class RollingTwinTest {
    private record Rows(Object[] times, Object[] keys, Object[] values) {
        static Rows random(Gen gen, int most) {
            int rows = gen.below(most);
            var made = new Rows(new Object[rows], new Object[rows], new Object[rows]);
            long at = 0;
            for (int i = 0; i < rows; i++) {
                at += gen.below(4);
                made.times[i] = at;
                made.keys[i] = gen.oneIn(9) ? null : gen.pick("a", "b", "c");
                made.values[i] = gen.oneIn(6) ? null : (Object) (gen.between(-64, 64) / 8.0);
            }
            return made;
        }

        VectorSchemaRoot table(BufferAllocator allocator) {
            return Tables.with(allocator)
                    .column("t", Tables.INT64, times)
                    .column("k", Tables.TEXT, keys)
                    .column("v", Tables.FLOAT64, values)
                    .column("i", Tables.INT64, numbers())
                    .table();
        }

        private Object[] numbers() {
            Object[] numbers = new Object[times.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (long) i;
            }
            return numbers;
        }

        void insert(DuckDb db) {
            db.run("CREATE TABLE x (t BIGINT, k VARCHAR, v DOUBLE, i BIGINT)");
            var rows = new ArrayList<Object[]>();
            for (int i = 0; i < times.length; i++) {
                rows.add(new Object[] {times[i], keys[i], values[i], (long) i});
            }
            db.insert("x", rows);
        }
    }

    private static void assertColumn(
            String what, VectorSchemaRoot table, String name, List<List<Object>> rows, int column) {
        List<Object> actual = Tables.cells(table, name);
        assertThat(actual).as(what).hasSize(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            Object expected = rows.get(row).get(column);
            String place = name + " of row " + row + " of " + what;
            if (expected instanceof Double number && actual.get(row) instanceof Double found) {
                assertThat(found).as(place).isCloseTo(number, within(1e-9 * Math.max(1, Math.abs(number))));
            } else {
                assertThat(actual.get(row)).as(place).isEqualTo(expected);
            }
        }
    }

    @Test
    void timeWindowsAgreeWithDuckDbsRanges(BufferAllocator allocator) {
        Gen.forSeeds(40, gen -> {
            Rows rows = Rows.random(gen, 60);
            long period = gen.between(1, 9);
            List<Output> outputs = List.of(
                    Output.of("mean", new Statistic.Mean(), "v"),
                    Output.of("least", new Statistic.Min(), "v"),
                    Output.of("greatest", new Statistic.Max(), "v"),
                    Output.of("deviation", new Statistic.Std(1), "v"),
                    Output.of("middle", new Statistic.Median(), "v"),
                    Output.of("whole", new Statistic.Sum(), "i"));
            var rolling =
                    new RollingRows(new Frame.By("t", Span.ofSteps(period), Closed.BOTH, 1), List.of("k"), outputs);
            try (DuckDb db = DuckDb.open();
                    VectorSchemaRoot table = rows.table(allocator);
                    VectorSchemaRoot rolled =
                            rolling.apply(List.of(table), allocator).orThrow()) {
                rows.insert(db);
                var expected = db.query(("SELECT avg(v) OVER w, min(v) OVER w, max(v) OVER w, stddev_samp(v) OVER w,"
                                + " median(v) OVER w, CAST(sum(i) OVER w AS BIGINT) FROM x WINDOW w AS (PARTITION BY k ORDER BY t"
                                + " RANGE BETWEEN %d PRECEDING AND CURRENT ROW) ORDER BY i")
                        .formatted(period));
                for (int i = 0; i < outputs.size(); i++) {
                    assertColumn(rolling.title(), rolled, outputs.get(i).name(), expected, i);
                }
            }
        });
    }

    @Test
    void rowWindowsAgreeWithDuckDbsRows(BufferAllocator allocator) {
        Gen.forSeeds(40, gen -> {
            Rows rows = Rows.random(gen, 60);
            int size = 1 + gen.below(9);
            var rolling = new RollingRows(
                    new Frame.Rows(size, 1, false),
                    List.of("k"),
                    List.of(
                            Output.of("mean", new Statistic.Mean(), "v"),
                            Output.of("covariance", new Statistic.Cov(1), "v", "i"),
                            Output.of("deviation", new Statistic.Std(0), "v")));
            try (DuckDb db = DuckDb.open();
                    VectorSchemaRoot table = rows.table(allocator);
                    VectorSchemaRoot rolled =
                            rolling.apply(List.of(table), allocator).orThrow()) {
                rows.insert(db);
                var expected = db.query(
                        ("SELECT avg(v) OVER w, CASE WHEN count(v) OVER w > 1 THEN covar_samp(v, i) OVER w END,"
                                        + " stddev_pop(v) OVER w FROM x WINDOW w AS (PARTITION BY k ORDER BY i"
                                        + " ROWS BETWEEN %d PRECEDING AND CURRENT ROW) ORDER BY i")
                                .formatted(size - 1));
                assertColumn(rolling.title(), rolled, "mean", expected, 0);
                assertColumn(rolling.title(), rolled, "deviation", expected, 2);
            }
        });
    }

    @Test
    void shiftsAndFillsAgreeWithDuckDb(BufferAllocator allocator) {
        Gen.forSeeds(40, gen -> {
            Rows rows = Rows.random(gen, 60);
            int n = (int) gen.between(1, 4);
            List<Target> targets = List.of(Target.of("v", "r"));
            try (DuckDb db = DuckDb.open();
                    VectorSchemaRoot table = rows.table(allocator);
                    VectorSchemaRoot lag = Lag.of(n, List.of("k"), targets)
                            .apply(List.of(table), allocator)
                            .orThrow();
                    VectorSchemaRoot lead = Lag.of(-n, List.of("k"), targets)
                            .apply(List.of(table), allocator)
                            .orThrow();
                    VectorSchemaRoot forward = FillForward.of(List.of("k"), targets)
                            .apply(List.of(table), allocator)
                            .orThrow();
                    VectorSchemaRoot backward = FillBackward.of(List.of("k"), targets)
                            .apply(List.of(table), allocator)
                            .orThrow();
                    VectorSchemaRoot diff = new Diff(n, List.of("k"), targets)
                            .apply(List.of(table), allocator)
                            .orThrow()) {
                rows.insert(db);
                var expected =
                        db.query(("SELECT lag(v, %1$d) OVER w, lead(v, %1$d) OVER w, last_value(v IGNORE NULLS) OVER (w"
                                        + " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), first_value(v IGNORE NULLS) OVER (w"
                                        + " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), v - lag(v, %1$d) OVER w"
                                        + " FROM x WINDOW w AS (PARTITION BY k ORDER BY i) ORDER BY i")
                                .formatted(n));
                assertColumn("lag", lag, "r", expected, 0);
                assertColumn("lead", lead, "r", expected, 1);
                assertColumn("fill forward", forward, "r", expected, 2);
                assertColumn("fill backward", backward, "r", expected, 3);
                assertColumn("diff", diff, "r", expected, 4);
            }
        });
    }

    @Test
    void aggregateExpressionsAreTheSameByBothWays(BufferAllocator allocator) {
        Gen.forSeeds(150, gen -> {
            Rows rows = Rows.random(gen, 80);
            List<String> expressions = List.of(
                    "sum(v)",
                    "mean(v)",
                    "min(v)",
                    "max(v)",
                    "std(v)",
                    "var(v)",
                    "count(v)",
                    "median(v)",
                    "sum(i)",
                    "max(i)",
                    "sum(v * i) / sum(i)",
                    "vwap(v, i)",
                    "max(v) - min(v)",
                    "quantile(v, 0.3)",
                    "count(i) + 1",
                    "mean(v + 1)");
            var fast = new LinkedHashMap<String, String>();
            for (int i = 0; i < 4; i++) {
                fast.put("a" + i, gen.pick(expressions));
            }
            var slow = new LinkedHashMap<>(fast);
            slow.put("other", "last_value(i)");
            Span period = Span.ofSteps(gen.between(1, 12));
            Span offset = Span.ofSteps(gen.between(-12, 3));
            Closed closed = gen.pick(Closed.values());
            List<String> by = gen.oneIn(2) ? List.of("k") : List.of();
            var running = new RollingTime("t", period, offset, closed, by, fast);
            var scanning = new RollingTime("t", period, offset, closed, by, slow);
            try (VectorSchemaRoot table = rows.table(allocator);
                    VectorSchemaRoot one =
                            running.apply(List.of(table), allocator).orThrow();
                    VectorSchemaRoot two =
                            scanning.apply(List.of(table), allocator).orThrow();
                    VectorSchemaRoot three = running.apply(
                                    List.of(table), allocator, new ThreadWorkers(ForkJoinPool.commonPool(), 3))
                            .orThrow()) {
                assertThat(three.equals(one)).isTrue();
                for (String name : fast.keySet()) {
                    assertThat(Tables.cells(one, name)).as("%s", fast.get(name)).isEqualTo(Tables.cells(two, name));
                }
                assertThat(one.getSchema())
                        .isEqualTo(running.schema(List.of(table.getSchema())).orThrow());
            }
        });
    }

    @Test
    void appliesAFunctionToTheValuesOfEachWindow(BufferAllocator allocator) {
        Gen.forSeeds(60, gen -> {
            Rows rows = Rows.random(gen, 50);
            Frame frame = gen.oneIn(2)
                    ? new Frame.By("t", Span.ofSteps(gen.between(1, 9)), gen.pick(Closed.values()), gen.below(3))
                    : new Frame.Rows(5, gen.below(3), gen.oneIn(2));
            var applied = new RollingApply(
                    frame,
                    values -> Arrays.stream(values).max().orElseThrow(),
                    List.of("k"),
                    List.of(Target.of("v", "r")));
            var greatest = new RollingRows(frame, List.of("k"), List.of(Output.of("r", new Statistic.Max(), "v")));
            try (VectorSchemaRoot table = rows.table(allocator);
                    VectorSchemaRoot one =
                            applied.apply(List.of(table), allocator).orThrow();
                    VectorSchemaRoot two =
                            greatest.apply(List.of(table), allocator).orThrow()) {
                assertThat(Tables.cells(one, "r")).isEqualTo(Tables.cells(two, "r"));
            }
        });
    }

    @Test
    void measuresPrices(BufferAllocator allocator) {
        Object[] prices = {100.0, 110.0, 99.0, null, 99.0, 108.9};
        Object[] others = {1.0, 2.0, 4.0, 3.0, 4.5, 7.0};
        try (VectorSchemaRoot table = Tables.with(allocator)
                .column("p", Tables.FLOAT64, prices)
                .column("x", Tables.FLOAT64, others)
                .table()) {
            assertThat(measured(table, allocator, new Measure.Return("p", 1)))
                    .usingElementComparator(RollingTwinTest::compare)
                    .containsExactly(null, 0.1, -0.1, null, null, 0.1);
            assertThat(measured(table, allocator, new Measure.LogReturn("p", 1)))
                    .usingElementComparator(RollingTwinTest::compare)
                    .containsExactly(null, Math.log(1.1), Math.log(0.9), null, null, Math.log(1.1));
            assertThat(measured(table, allocator, new Measure.Drawdown("p")))
                    .usingElementComparator(RollingTwinTest::compare)
                    .containsExactly(0.0, 0.0, -0.1, null, -0.1, -0.01);
            double up = Math.log(1.1) * Math.log(1.1);
            double down = Math.log(0.9) * Math.log(0.9);
            assertThat(measured(
                            table, allocator, new Measure.RealisedVolatility("p", new Frame.Rows(2, 1, false), 252)))
                    .usingElementComparator(RollingTwinTest::compare)
                    .containsExactly(
                            null,
                            Math.sqrt(up * 252),
                            Math.sqrt((up + down) / 2 * 252),
                            Math.sqrt(down * 252),
                            null,
                            Math.sqrt(up * 252));
            assertThat(measured(table, allocator, new Measure.ZScore("x", Frame.Rows.of(3))))
                    .usingElementComparator(RollingTwinTest::compare)
                    .containsExactly(null, null, score(1, 2, 4), score(2, 4, 3), score(4, 3, 4.5), score(3, 4.5, 7));
        }
    }

    private static double score(double... values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return (values[values.length - 1] - mean) / Math.sqrt(squares / (values.length - 1));
    }

    @Test
    void hedgeRatioAndHalfLifeAreSlopesOfLeastSquares(BufferAllocator allocator) {
        Gen.forSeeds(40, gen -> {
            int rows = 3 + gen.below(40);
            Object[] x = new Object[rows];
            Object[] y = new Object[rows];
            for (int i = 0; i < rows; i++) {
                x[i] = gen.unit() * 10;
                y[i] = gen.oneIn(8) ? null : (Object) (gen.unit() * 10);
            }
            int size = 3 + gen.below(8);
            Frame frame = new Frame.Rows(size, 3, false);
            try (VectorSchemaRoot table = Tables.with(allocator)
                    .column("x", Tables.FLOAT64, x)
                    .column("y", Tables.FLOAT64, y)
                    .table()) {
                List<Object> hedge = measured(table, allocator, new Measure.HedgeRatio("y", "x", frame));
                List<Object> half = measured(table, allocator, new Measure.HalfLife("x", frame));
                for (int row = 0; row < rows; row++) {
                    assertThat(hedge.get(row))
                            .usingComparator(RollingTwinTest::compare)
                            .isEqualTo(slope(x, y, row, size));
                    Object[] change = new Object[rows];
                    Object[] before = new Object[rows];
                    for (int i = 1; i < rows; i++) {
                        change[i] = (double) x[i] - (double) x[i - 1];
                        before[i] = x[i - 1];
                    }
                    Object b = slope(before, change, row, size);
                    boolean reverts = b instanceof Double d && d < 0 && d > -1;
                    Object expected = reverts ? (Object) (-Math.log(2) / Math.log(1 + (double) b)) : null;
                    assertThat(half.get(row))
                            .usingComparator(RollingTwinTest::compare)
                            .isEqualTo(expected);
                }
            }
        });
    }

    private static Object slope(Object[] x, Object[] y, int row, int size) {
        var pairs = new ArrayList<double[]>();
        for (int i = Math.max(0, row - size + 1); i <= row; i++) {
            if (x[i] != null && y[i] != null) {
                pairs.add(new double[] {(double) x[i], (double) y[i]});
            }
        }
        if (pairs.size() < 3) {
            return null;
        }
        double meanX = pairs.stream().mapToDouble(p -> p[0]).average().orElseThrow();
        double meanY = pairs.stream().mapToDouble(p -> p[1]).average().orElseThrow();
        double both =
                pairs.stream().mapToDouble(p -> (p[0] - meanX) * (p[1] - meanY)).sum();
        return both
                / pairs.stream()
                        .mapToDouble(p -> (p[0] - meanX) * (p[0] - meanX))
                        .sum();
    }

    private static int compare(Object left, Object right) {
        if (left == null || right == null) {
            return left == right ? 0 : left == null ? -1 : 1;
        }
        double a = (double) left;
        double b = (double) right;
        return Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);
    }

    private static List<Object> measured(VectorSchemaRoot table, BufferAllocator allocator, Measure measure) {
        try (VectorSchemaRoot result = new Financial("r", measure, List.of())
                .apply(List.of(table), allocator)
                .orThrow()) {
            return Tables.cells(result, "r");
        }
    }

    @Test
    void refusesWhatIsWrongInTheOptionsBeforeAnyRowIsSeen() {
        Schema schema = new Schema(List.of(
                org.apache.arrow.vector.types.pojo.Field.nullable("t", Tables.MICROS),
                org.apache.arrow.vector.types.pojo.Field.nullable("s", Tables.TEXT),
                org.apache.arrow.vector.types.pojo.Field.nullable("v", Tables.FLOAT64)));
        var sum = new LinkedHashMap<>(java.util.Map.of("a", "sum(v)"));
        Span second = Span.parse("1s").orThrow();
        assertThat(code(RollingTime.of("s", second, List.of(), sum), schema)).isEqualTo(ProblemCode.INVALID_ARGUMENT);
        assertThat(code(RollingTime.of("t", Span.ofSteps(3), List.of(), sum), schema))
                .isEqualTo(ProblemCode.INVALID_ARGUMENT);
        assertThat(code(RollingTime.of("t", Span.ZERO, List.of(), sum), schema))
                .isEqualTo(ProblemCode.INVALID_ARGUMENT);
        assertThat(code(RollingTime.of("t", second, List.of("z"), sum), schema)).isEqualTo(ProblemCode.UNKNOWN_COLUMN);
        assertThat(code(
                        RollingTime.of("t", second, List.of(), new LinkedHashMap<>(java.util.Map.of("a", "sum(z)"))),
                        schema))
                .isEqualTo(ProblemCode.UNKNOWN_COLUMN);
        assertThat(code(
                        RollingTime.of("t", second, List.of(), new LinkedHashMap<>(java.util.Map.of("t", "sum(v)"))),
                        schema))
                .isEqualTo(ProblemCode.INVALID_PLAN);
        var text = List.of(Output.of("r", new Statistic.Mean(), "s"));
        assertThat(code(new RollingRows(Frame.Rows.of(3), List.of(), text), schema))
                .isEqualTo(ProblemCode.INVALID_ARGUMENT);
        assertThat(code(new Diff(1, List.of(), List.of(Target.of("s"))), schema))
                .isEqualTo(ProblemCode.INVALID_ARGUMENT);
        assertThat(code(new Lag(1, new Lag.FillValue.Constant("x"), List.of(), List.of(Target.of("v"))), schema))
                .isEqualTo(ProblemCode.INVALID_ARGUMENT);
    }

    private static ProblemCode code(BatchOperator operator, Schema schema) {
        return switch (operator.schema(List.of(schema))) {
            case Result.Ok<Schema> ok -> throw new AssertionError(operator + " was accepted");
            case Result.Err<Schema> err -> err.problem().code();
        };
    }

    @Test
    void refusesTimesThatDoNotAscendWithinTheirSeries(BufferAllocator allocator) {
        var sum = new LinkedHashMap<>(java.util.Map.of("a", "sum(v)"));
        try (VectorSchemaRoot table = Tables.with(allocator)
                .column("t", Tables.INT64, 2L, 1L, 3L)
                .column("k", Tables.TEXT, "a", "b", "a")
                .column("v", Tables.FLOAT64, 1.0, 2.0, 4.0)
                .table()) {
            try (VectorSchemaRoot rolled = RollingTime.of("t", Span.ofSteps(5), List.of("k"), sum)
                    .apply(List.of(table), allocator)
                    .orThrow()) {
                assertThat(Tables.cells(rolled, "a")).containsExactly(1.0, 5.0, 2.0);
            }
            assertThat(RollingTime.of("t", Span.ofSteps(5), List.of(), sum).apply(List.of(table), allocator))
                    .asString()
                    .contains("does not ascend", "row 1");
        }
    }

    @Test
    void givesSeriesInTheOrderOfTheirNumbers(BufferAllocator allocator) {
        var sum = new LinkedHashMap<>(java.util.Map.of("a", "sum(v)"));
        var decimals = new Object[] {
            new BigDecimal("10.00"), new BigDecimal("2.50"), null, new BigDecimal("-3.00"), new BigDecimal("2.05")
        };
        try (VectorSchemaRoot table = Tables.with(allocator)
                .column("t", Tables.INT64, 1L, 2L, 3L, 4L, 5L)
                .column("d", new ArrowType.Decimal(38, 2, 128), decimals)
                .column("u", new ArrowType.Int(64, false), -1L, Long.MIN_VALUE, 0L, Long.MAX_VALUE, null)
                .column("v", Tables.FLOAT64, 10.0, 2.5, 0.0, -3.0, 2.05)
                .table()) {
            assertThat(ordered(table, RollingTime.of("t", Span.ofSteps(1), List.of("d"), sum), allocator))
                    .containsExactly(0.0, -3.0, 2.05, 2.5, 10.0);
            assertThat(ordered(table, RollingTime.of("t", Span.ofSteps(1), List.of("u"), sum), allocator))
                    .containsExactly(2.05, 0.0, -3.0, 2.5, 10.0);
        }
    }

    private static List<Object> ordered(VectorSchemaRoot table, BatchOperator rolling, BufferAllocator allocator) {
        try (VectorSchemaRoot rolled = rolling.apply(List.of(table), allocator).orThrow()) {
            return Tables.cells(rolled, "a");
        }
    }

    @Test
    void aMeanThatWasInfiniteIsNoNumberThen() {
        var ewm = new Ewm(Ewm.Kind.MEAN, new Decay.Alpha(0.3), true, false, 1, false, List.of(), List.of());
        var state = new EwmState(ewm);
        var means = new ArrayList<Double>();
        for (double value : new double[] {1, Double.NEGATIVE_INFINITY, 3, 4}) {
            state.take(true, value);
            means.add(state.result());
        }
        assertThat(means).containsExactly(1.0, Double.NEGATIVE_INFINITY, Double.NaN, Double.NaN);
    }
}

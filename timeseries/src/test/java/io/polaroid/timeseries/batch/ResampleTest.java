package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class ResampleTest {
    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    private static SequencedMap<String, String> outputs(String... namesAndExpressions) {
        var outputs = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndExpressions.length; i += 2) {
            outputs.put(namesAndExpressions[i], namesAndExpressions[i + 1]);
        }
        return outputs;
    }

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private static List<Object> instants(VectorSchemaRoot table, String column) {
        return Tables.cells(table, column).stream()
                .map(cell -> (Object) Instant.ofEpochMilli((long) cell).toString())
                .toList();
    }

    /** Prices of 1, 2, 3 … at these times. */
    private static VectorSchemaRoot prices(BufferAllocator allocator, String zone, String... instants) {
        var times = new ArrayList<Object>();
        var prices = new ArrayList<Object>();
        var sizes = new ArrayList<Object>();
        for (String instant : instants) {
            times.add(millis(instant));
            prices.add(prices.size() + 1.0);
            sizes.add(10L);
        }
        try (Tables tables = Tables.in(allocator)) {
            return tables.add("ts", Tables.time(TimeUnit.MILLISECOND, zone), times)
                    .add("price", Tables.FLOAT, prices)
                    .add("size", Tables.WHOLE, sizes)
                    .table();
        }
    }

    private static VectorSchemaRoot applied(BatchOperator operator, VectorSchemaRoot table, BufferAllocator allocator) {
        VectorSchemaRoot result = operator.apply(List.of(table), allocator).orThrow();
        assertThat(result.getSchema())
                .isEqualTo(operator.schema(List.of(table.getSchema())).orThrow());
        return result;
    }

    @Test
    void makesBarsAndFillsGapsWithTheLastClose(BufferAllocator allocator) {
        var bars = Resample.of("ts", span("1m"))
                .aggregates(Bars.ohlcv("price", "size"))
                .fill(Bars.flatWithVolume());
        try (VectorSchemaRoot table = prices(
                        allocator, "UTC", "2024-01-01T10:00:01Z", "2024-01-01T10:00:59Z", "2024-01-01T10:03:00Z");
                VectorSchemaRoot result = applied(bars, table, allocator)) {
            assertThat(instants(result, "ts"))
                    .containsExactly(
                            "2024-01-01T10:00:00Z",
                            "2024-01-01T10:01:00Z",
                            "2024-01-01T10:02:00Z",
                            "2024-01-01T10:03:00Z");
            assertThat(Tables.rows(result).get(0).subList(1, 8)).containsExactly(1.0, 2.0, 1.0, 2.0, 20L, 2L, 1.5);
            assertThat(Tables.rows(result).get(1).subList(1, 8)).containsExactly(2.0, 2.0, 2.0, 2.0, 0L, 0L, null);
            assertThat(Tables.rows(result).get(3).subList(1, 8)).containsExactly(3.0, 3.0, 3.0, 3.0, 10L, 1L, 3.0);
        }
    }

    @Test
    void fillsColumnByColumn(BufferAllocator allocator) {
        var fills = new LinkedHashMap<String, Fill>();
        fills.put("null", new Fill.Null());
        fills.put("previous", new Fill.Previous(1));
        fills.put("line", new Fill.Linear(Fill.NO_LIMIT));
        fills.put("line2", new Fill.Linear(2));
        fills.put("constant", new Fill.Constant(-1.0, 2));
        fills.put("whole", new Fill.Linear(Fill.NO_LIMIT));
        var resample = Resample.of("ts", span("1h"))
                .aggregates(outputs(
                        "null", "last(price)",
                        "previous", "last(price)",
                        "line", "last(price)",
                        "line2", "last(price)",
                        "constant", "last(price)",
                        "whole", "count(*)",
                        "none", "last(price)"))
                .fill(fills);
        try (VectorSchemaRoot table = prices(
                        allocator, null, "2024-01-01T00:30:00Z", "2024-01-01T04:30:00Z", "2024-01-01T04:31:00Z");
                VectorSchemaRoot result = applied(resample, table, allocator)) {
            assertThat(Tables.cells(result, "null")).containsExactly(1.0, null, null, null, 3.0);
            assertThat(Tables.cells(result, "none")).containsExactly(1.0, null, null, null, 3.0);
            assertThat(Tables.cells(result, "previous")).containsExactly(1.0, 1.0, null, null, 3.0);
            assertThat(Tables.cells(result, "line")).containsExactly(1.0, 1.5, 2.0, 2.5, 3.0);
            assertThat(Tables.cells(result, "line2")).containsExactly(1.0, 1.5, 2.0, null, 3.0);
            assertThat(Tables.cells(result, "constant")).containsExactly(1.0, -1.0, -1.0, null, 3.0);
            assertThat(Tables.cells(result, "whole")).containsExactly(1.0, 1.25, 1.5, 1.75, 2.0);
        }
    }

    @Test
    void fillsEachSeriesBetweenItsOwnRows(BufferAllocator allocator) {
        var resample = Resample.of("t", span("10i"))
                .groupBy(List.of("k"))
                .aggregates(outputs("v", "sum(v)"))
                .fill(new LinkedHashMap<>(java.util.Map.of("v", new Fill.Previous(Fill.NO_LIMIT))));
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot table = tables.add("t", Tables.WHOLE, 1L, 5L, 25L, 41L)
                        .add("k", Tables.TEXT, "b", "a", "a", "b")
                        .add("v", Tables.WHOLE, 1L, 2L, 3L, 4L)
                        .table();
                VectorSchemaRoot result = applied(resample, table, allocator)) {
            assertThat(Tables.rows(result))
                    .containsExactly(
                            List.of("a", 0L, 2L),
                            List.of("a", 10L, 2L),
                            List.of("a", 20L, 3L),
                            List.of("b", 0L, 1L),
                            List.of("b", 10L, 1L),
                            List.of("b", 20L, 1L),
                            List.of("b", 30L, 1L),
                            List.of("b", 40L, 4L));
        }
    }

    @Test
    void fillsMonthsThatEndEarly(BufferAllocator allocator) {
        var resample = Resample.of("ts", span("1mo"))
                .windows(Windows.every(span("1mo")).startBy(StartBy.DATAPOINT))
                .aggregates(outputs("n", "count(*)"))
                .fill(new LinkedHashMap<>(java.util.Map.of("n", new Fill.Constant(0L, Fill.NO_LIMIT))));
        try (VectorSchemaRoot table = prices(allocator, null, "2023-12-31T00:00:00Z", "2024-04-05T00:00:00Z");
                VectorSchemaRoot result = applied(resample, table, allocator)) {
            assertThat(instants(result, "ts"))
                    .containsExactly(
                            "2023-12-31T00:00:00Z",
                            "2024-01-31T00:00:00Z",
                            "2024-02-29T00:00:00Z",
                            "2024-03-31T00:00:00Z");
            assertThat(Tables.cells(result, "n")).containsExactly(1L, 0L, 0L, 1L);
        }
    }

    @Test
    void followsTheDaysOfAZone(BufferAllocator allocator) {
        String[] around = {"2024-10-26T22:30:00Z", "2024-10-27T22:59:59Z", "2024-10-27T23:00:00Z"};
        var daily =
                Resample.of("ts", span("1d")).boundaries(Boundaries.INCLUDED).aggregates(outputs("n", "count(*)"));
        try (VectorSchemaRoot inBerlin = prices(allocator, "Europe/Berlin", around);
                VectorSchemaRoot inUtc = prices(allocator, "UTC", around);
                VectorSchemaRoot own = applied(daily, inBerlin, allocator);
                VectorSchemaRoot asked =
                        applied(daily.anchor(new Anchor.InZone(ZoneId.of("Europe/Berlin"))), inUtc, allocator);
                VectorSchemaRoot fixed = applied(daily.windows(Windows.every(span("24h"))), inBerlin, allocator)) {
            assertThat(instants(own, "_lower_boundary"))
                    .containsExactly("2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z");
            assertThat(instants(own, "_upper_boundary"))
                    .containsExactly("2024-10-27T23:00:00Z", "2024-10-28T23:00:00Z");
            assertThat(Tables.cells(own, "n")).containsExactly(2L, 1L);
            assertThat(Tables.rows(asked)).isEqualTo(Tables.rows(own));
            assertThat(instants(fixed, "_upper_boundary"))
                    .containsExactly("2024-10-27T22:00:00Z", "2024-10-28T22:00:00Z");
        }
    }

    @Test
    void startsWithTheSessionAndEndsWithIt(BufferAllocator allocator) {
        var market = new Anchor.Sessions(TradingCalendar.named("XNYS").orThrow());
        var hourly = Resample.of("ts", span("1h"))
                .anchor(market)
                .boundaries(Boundaries.INCLUDED)
                .aggregates(outputs("n", "count(*)"));
        try (VectorSchemaRoot table = prices(
                        allocator,
                        "UTC",
                        "2024-07-03T13:29:59Z", // before the session
                        "2024-07-03T13:30:00Z",
                        "2024-07-03T16:59:59Z", // the half day's last bar
                        "2024-07-03T17:00:00Z", // closed
                        "2024-07-04T15:00:00Z", // holiday
                        "2024-07-05T19:45:00Z");
                VectorSchemaRoot result = applied(hourly, table, allocator)) {
            assertThat(instants(result, "_lower_boundary"))
                    .containsExactly("2024-07-03T13:30:00Z", "2024-07-03T16:30:00Z", "2024-07-05T19:30:00Z");
            assertThat(instants(result, "_upper_boundary"))
                    .containsExactly("2024-07-03T14:30:00Z", "2024-07-03T17:00:00Z", "2024-07-05T20:00:00Z");
            assertThat(Tables.cells(result, "n")).containsExactly(1L, 1L, 1L);
        }
    }

    @Test
    void fillsOnlyWhileTheMarketTrades(BufferAllocator allocator) {
        var bars = Resample.of("ts", span("2h"))
                .anchor(new Anchor.Sessions(TradingCalendar.named("XNYS").orThrow()))
                .aggregates(outputs("close", "last(price)"))
                .fill(new LinkedHashMap<>(java.util.Map.of("close", new Fill.Previous(Fill.NO_LIMIT))));
        try (VectorSchemaRoot table = prices(allocator, "UTC", "2024-07-03T14:00:00Z", "2024-07-05T16:00:00Z");
                VectorSchemaRoot result = applied(bars, table, allocator)) {
            assertThat(instants(result, "ts"))
                    .containsExactly(
                            "2024-07-03T13:30:00Z",
                            "2024-07-03T15:30:00Z",
                            "2024-07-05T13:30:00Z",
                            "2024-07-05T15:30:00Z");
            assertThat(Tables.cells(result, "close")).containsExactly(1.0, 1.0, 1.0, 2.0);
        }
    }

    @Test
    void makesWholeSessionsADay(BufferAllocator allocator) {
        var calendar = TradingCalendar.parse("""
            calendar X
            zone Asia/Tokyo
            covers 2024-01-01 2024-12-31
            session 09:00-11:30 12:30-15:00
            """).orThrow();
        var daily = Resample.of("ts", span("1d"))
                .anchor(new Anchor.Sessions(calendar))
                .boundaries(Boundaries.INCLUDED)
                .aggregates(outputs("first", "first(price)", "n", "count(*)"));
        String[] times = {"2024-03-01T00:00:00Z", "2024-03-01T03:00:00Z", "2024-03-01T03:30:00Z", "2024-03-04T01:00:00Z"
        };
        try (VectorSchemaRoot table = prices(allocator, "UTC", times);
                VectorSchemaRoot days = applied(daily, table, allocator);
                VectorSchemaRoot two = applied(daily.windows(Windows.every(span("2d"))), table, allocator);
                VectorSchemaRoot months = applied(daily.windows(Windows.every(span("1mo"))), table, allocator);
                VectorSchemaRoot bars = applied(daily.windows(Windows.every(span("2h"))), table, allocator)) {
            // 12:00 in Tokyo is in the break.
            assertThat(Tables.cells(days, "n")).containsExactly(2L, 1L);
            assertThat(instants(days, "_lower_boundary"))
                    .containsExactly("2024-03-01T00:00:00Z", "2024-03-04T00:00:00Z");
            assertThat(instants(days, "_upper_boundary"))
                    .containsExactly("2024-03-01T06:00:00Z", "2024-03-04T06:00:00Z");
            assertThat(Tables.cells(two, "n")).containsExactly(3L);
            assertThat(Tables.cells(months, "n")).containsExactly(3L);
            assertThat(instants(months, "_upper_boundary")).containsExactly("2024-03-29T06:00:00Z");
            assertThat(instants(bars, "_lower_boundary"))
                    .containsExactly("2024-03-01T00:00:00Z", "2024-03-01T03:30:00Z", "2024-03-04T00:00:00Z");
        }
    }

    @Test
    void closesSessionsAtTheRightEnd(BufferAllocator allocator) {
        var bars = Resample.of("ts", span("30m"))
                .windows(Windows.every(span("30m")).closed(Closed.RIGHT))
                .label(Label.RIGHT)
                .anchor(new Anchor.Sessions(TradingCalendar.named("XNYS").orThrow()))
                .aggregates(outputs("n", "count(*)"));
        try (VectorSchemaRoot table = prices(
                        allocator, "UTC", "2024-07-02T13:30:00Z", "2024-07-02T14:00:00Z", "2024-07-02T20:00:00Z");
                VectorSchemaRoot result = applied(bars, table, allocator)) {
            assertThat(instants(result, "ts")).containsExactly("2024-07-02T14:00:00Z", "2024-07-02T20:00:00Z");
        }
    }

    @Test
    void keepsTypes(BufferAllocator allocator) {
        var aggregates = outputs(
                "f",
                "first(x)",
                "m",
                "max(i)",
                "s",
                "sum(i)",
                "l",
                "last(name)",
                "least",
                "min(name)",
                "d",
                "max(day)",
                "w",
                "count(*)",
                "a",
                "mean(i)");
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot table = tables.add("day", new ArrowType.Date(DateUnit.DAY), 0, 1, 40)
                        .add("x", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 1.5, null, 2.5)
                        .add("i", new ArrowType.Int(32, true), 1, 2, 3)
                        .add("name", Tables.TEXT, "b", "a", null)
                        .table();
                VectorSchemaRoot result =
                        applied(Resample.of("day", span("1mo")).aggregates(aggregates), table, allocator)) {
            assertThat(result.getSchema().getFields().stream().map(Field::getType))
                    .containsExactly(
                            new ArrowType.Date(DateUnit.DAY),
                            new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                            new ArrowType.Int(32, true),
                            Tables.WHOLE,
                            Tables.TEXT,
                            Tables.TEXT,
                            new ArrowType.Date(DateUnit.DAY),
                            Tables.WHOLE,
                            Tables.FLOAT);
            assertThat(Tables.rows(result))
                    .containsExactly(
                            Arrays.asList(0L, 1.5, 2L, 3L, "a", "a", 1L, 2L, 1.5),
                            Arrays.asList(31L, 2.5, 3L, 3L, null, null, 40L, 1L, 3.0));
        }
    }

    @Test
    void givesNoRowsForNone(BufferAllocator allocator) {
        var bars = Resample.of("ts", span("1m"))
                .aggregates(Bars.ohlcv("price", "size"))
                .fill(Bars.flatWithVolume());
        var market =
                bars.anchor(new Anchor.Sessions(TradingCalendar.named("XNYS").orThrow()));
        var overlapping = bars.windows(Windows.every(span("1m")).period(span("1mo")));
        try (VectorSchemaRoot table = prices(allocator, "UTC");
                VectorSchemaRoot none = applied(bars, table, allocator);
                VectorSchemaRoot closed = applied(market, table, allocator);
                VectorSchemaRoot over = applied(overlapping, table, allocator)) {
            assertThat(none.getRowCount()).isZero();
            assertThat(closed.getRowCount()).isZero();
            assertThat(over.getRowCount()).isZero();
        }
    }

    private static Problem problem(Result<?> result) {
        return result instanceof Result.Err<?> err
                ? err.problem()
                : Problem.of(ProblemCode.NOT_BUILT, "it was not refused");
    }

    @Test
    void refusesWhatTheColumnsSay() {
        Schema schema = new Schema(List.of(
                Field.nullable("ts", Tables.time(TimeUnit.SECOND, "UTC")),
                Field.nullable("name", Tables.TEXT),
                Field.nullable("price", Tables.FLOAT)));
        var resample = Resample.of("ts", span("1m")).aggregates(outputs("p", "sum(price)"));
        var fill = new LinkedHashMap<String, Fill>();
        fill.put("nothing", new Fill.Null());

        assertThat(problem(Resample.of("time", span("1m")).schema(List.of(schema)))
                        .code())
                .isEqualTo(ProblemCode.UNKNOWN_COLUMN);
        assertThat(problem(Resample.of("name", span("1m")).schema(List.of(schema)))
                        .detail())
                .contains("timestamps");
        assertThat(problem(Resample.of("ts", span("10i")).schema(List.of(schema)))
                        .detail())
                .contains("10s");
        assertThat(problem(Resample.of("ts", span("0s")).schema(List.of(schema)))
                        .detail())
                .contains("longer than");
        assertThat(problem(Resample.of("ts", span("-1m")).schema(List.of(schema)))
                        .detail())
                .contains("longer than");
        assertThat(problem(Resample.of("ts", span("5ms")).schema(List.of(schema)))
                        .detail())
                .contains("unit");
        assertThat(problem(Resample.of("ts", span("99999999999999999mo")).schema(List.of(schema)))
                        .detail())
                .contains("64 bits");
        assertThat(problem(Resample.of("ts", span("1d12h")).schema(List.of(schema)))
                        .detail())
                .contains("mix");
        assertThat(problem(resample.groupBy(List.of("key")).schema(List.of(schema)))
                        .code())
                .isEqualTo(ProblemCode.UNKNOWN_COLUMN);
        assertThat(problem(resample.aggregates(outputs("p", "sum(name)")).schema(List.of(schema)))
                        .code())
                .isEqualTo(ProblemCode.INVALID_EXPRESSION);
        assertThat(problem(resample.aggregates(outputs("p", "price + 1")).schema(List.of(schema)))
                        .detail())
                .contains("outside of an aggregate");
        assertThat(problem(resample.aggregates(outputs("q", "quantile(price, 2)"))
                                .schema(List.of(schema)))
                        .detail())
                .contains("0 to 1");
        assertThat(problem(resample.aggregates(outputs("ts", "sum(price)")).schema(List.of(schema)))
                        .detail())
                .contains("two columns");
        assertThat(problem(resample.fill(fill).schema(List.of(schema))).code()).isEqualTo(ProblemCode.INVALID_PLAN);
        assertThat(problem(resample.anchor(new Anchor.Sessions(
                                        TradingCalendar.named("24x7").orThrow()))
                                .windows(Windows.every(span("1m")).period(span("2m")))
                                .schema(List.of(schema)))
                        .detail())
                .contains("side by side");
    }

    @Test
    void refusesWhatTheRowsSay(BufferAllocator allocator) {
        var resample = Resample.of("ts", span("1m")).aggregates(outputs("p", "sum(price)"));
        var ends = Resample.of("t", span("10i")).aggregates(outputs("n", "count(*)"));
        try (VectorSchemaRoot unsorted = prices(allocator, "UTC", "2024-01-01T00:00:01Z", "2024-01-01T00:00:00Z");
                VectorSchemaRoot old = prices(allocator, "UTC", "1850-01-01T00:00:01Z");
                Tables tables = Tables.in(allocator);
                VectorSchemaRoot nulls = tables.add("ts", Tables.time(TimeUnit.SECOND, null), 1L, null)
                        .add("price", Tables.FLOAT, 1.0, 2.0)
                        .table();
                VectorSchemaRoot least =
                        tables.add("t", Tables.WHOLE, Long.MIN_VALUE + 1).table()) {
            assertThat(problem(resample.apply(List.of(unsorted), allocator)).detail())
                    .contains("row 1");
            assertThat(problem(resample.windows(Windows.every(span("1mo"))).apply(List.of(unsorted), allocator))
                            .detail())
                    .contains("row 1");
            assertThat(problem(resample.windows(Windows.every(span("9999999mo")).offset(span("-999999999999mo")))
                                    .apply(List.of(old), allocator))
                            .detail())
                    .contains("64 bits");
            assertThat(problem(resample.apply(List.of(nulls), allocator)).detail())
                    .contains("null");
            assertThat(problem(ends.apply(List.of(least), allocator)).detail()).contains("64 bits");
            assertThat(problem(resample.anchor(new Anchor.Sessions(
                                            TradingCalendar.named("XNYS").orThrow()))
                                    .apply(List.of(old), allocator))
                            .detail())
                    .contains("covers");
        }
    }

    @Test
    void cutsSessionsWhereRowsStop(BufferAllocator allocator) {
        var sessions = new Sessions("t", span("5i"), List.of("k"), outputs("n", "count(*)"));
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot table = tables.add("t", Tables.WHOLE, 0L, 3L, 5L, 9L, 10L, 16L)
                        .add("k", Tables.TEXT, "b", "a", "b", "a", "b", "b")
                        .table();
                VectorSchemaRoot result = applied(sessions, table, allocator)) {
            assertThat(Tables.rows(result))
                    .containsExactly(
                            List.of("a", 3L, 3L, 3L, 1L),
                            List.of("a", 9L, 9L, 9L, 1L),
                            List.of("b", 0L, 10L, 0L, 3L),
                            List.of("b", 16L, 16L, 16L, 1L));
        }
    }
}

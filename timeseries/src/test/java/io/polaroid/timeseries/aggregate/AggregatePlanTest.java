package io.polaroid.timeseries.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregatePlanTest {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final Schema TRADES =
            new Schema(List.of(Field.nullable("price", FLOAT), Field.nullable("size", FLOAT)));

    @Test
    void makesABarOfThreeTradesInAnyOrder() {
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("open", "first(price)");
        outputs.put("high", "max(price)");
        outputs.put("low", "min(price)");
        outputs.put("close", "last(price)");
        outputs.put("volume", "sum(size)");
        outputs.put("count", "count(price)");
        outputs.put("vwap", "sum(price*size)/sum(size)");
        outputs.put("range", "max(price)-min(price)");
        outputs.put("sd", "std(price)");
        AggregatePlan plan = AggregatePlan.of(outputs, TRADES).orThrow();
        Slots state = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        plan.reset(state);

        plan.update(state, ArrayRow.of(12.0, 2.0), 30, 7);
        plan.update(state, ArrayRow.of(10.0, 1.0), 10, 9);
        plan.update(state, ArrayRow.of(11.0, 1.0), 30, 8);

        assertThat(plan.finish(state)).containsExactly(10.0, 12.0, 10.0, 11.0, 4.0, 3L, 11.25, 2.0, 1.0);
    }

    @Test
    void keepsUnknownOutOfAPredicate() {
        Predicate positive =
                Predicate.of("price > 0 and size is not null", TRADES).orThrow();

        assertThat(positive.test(ArrayRow.of(1.0, 1.0))).isTrue();
        assertThat(positive.test(ArrayRow.of(null, 1.0))).isFalse();
        assertThat(positive.test(ArrayRow.of(1.0, null))).isFalse();
    }

    private static final Schema WIDE = new Schema(List.of(
            Field.nullable("x", FLOAT),
            Field.nullable("i", new ArrowType.Int(32, true)),
            Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            Field.nullable("s", ArrowType.Utf8.INSTANCE),
            Field.nullable("b", ArrowType.Bool.INSTANCE)));

    private static AggregatePlan plan(String... expressions) {
        var outputs = new LinkedHashMap<String, String>();
        for (int i = 0; i < expressions.length; i++) {
            outputs.put("o" + i, expressions[i]);
        }
        return AggregatePlan.of(outputs, WIDE).orThrow();
    }

    private static Object[] over(AggregatePlan plan, ArrayRow... rows) {
        Slots state = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        plan.reset(state);
        for (int offset = 0; offset < rows.length; offset++) {
            plan.update(state, rows[offset], 0, offset);
        }
        return plan.finish(state);
    }

    private static ArrayRow x(Object value) {
        return ArrayRow.of(value, null, null, null, null);
    }

    @Test
    void keepsTheTypesOfItsColumns() {
        AggregatePlan plan = plan("sum(i)", "mean(i)", "last(ts)", "max(b)", "count(s)", "sum(x) > 0", "min(i) / 2");

        assertThat(plan.outputs())
                .extracting(field -> field.getType().toString())
                .containsExactly(
                        "Int(64, true)",
                        "FloatingPoint(DOUBLE)",
                        "Timestamp(MICROSECOND, UTC)",
                        "Bool",
                        "Int(64, true)",
                        "Bool",
                        "FloatingPoint(DOUBLE)");
        assertThat(plan.outputs()).allMatch(Field::isNullable);
        assertThat(plan.outputs()).extracting(Field::getName).startsWith("o0", "o1");
        assertThat(over(plan, ArrayRow.of(1.0, 3L, 77L, "a", false), ArrayRow.of(null, 4L, null, "b", true)))
                .containsExactly(7L, 3.5, 77L, true, 2L, true, 1.5);
    }

    @Test
    void hasTheAnswersOfPolarsForNoRows() {
        AggregatePlan plan = plan(
                "sum(x)",
                "sum(i)",
                "count(x)",
                "count(*)",
                "mean(x)",
                "min(x)",
                "max(i)",
                "first(x)",
                "last(ts)",
                "std(x)",
                "var(x)",
                "max(b)");

        assertThat(over(plan)).containsExactly(0.0, 0L, 0L, 0L, null, null, null, null, null, null, null, null);
        assertThat(over(plan, x(null)))
                .containsExactly(0.0, 0L, 0L, 1L, null, null, null, null, null, null, null, null);
    }

    @Test
    void followsIeeeOnceAValueIsNotFinite() {
        AggregatePlan plan = plan("sum(x)", "max(x)", "min(x)", "std(x)", "count(x)");
        double infinity = Double.POSITIVE_INFINITY;

        assertThat(over(plan, x(1.0), x(infinity), x(2.0))).containsExactly(infinity, infinity, 1.0, Double.NaN, 3L);
        assertThat(over(plan, x(infinity), x(-infinity))).startsWith(Double.NaN, infinity, -infinity);
        assertThat(over(plan, x(Double.NaN), x(2.0))).startsWith(Double.NaN, 2.0, 2.0);
        Object[] odd = over(plan, x(Double.longBitsToDouble(0xFFF8_0000_0000_0001L)));
        assertThat(Double.doubleToRawLongBits((Double) odd[1])).isEqualTo(0x7FF8_0000_0000_0000L);
        assertThat(over(plan, x(Double.MAX_VALUE), x(Double.MAX_VALUE))).startsWith(infinity);
    }

    @Test
    void sumsWholeNumbersBeyond64BitsOnTheWay() {
        AggregatePlan plan = plan("sum(i)");
        ArrayRow most = ArrayRow.of(null, Long.MAX_VALUE, null, null, null);
        ArrayRow least = ArrayRow.of(null, Long.MIN_VALUE, null, null, null);

        assertThat(over(plan, most, most, least, least)).containsExactly(-2L);
        assertThat(over(plan, most, most)).containsExactly((Object) null);
    }

    @Test
    void isExactWhereSquaresCancel() {
        AggregatePlan plan = plan("std(x)", "sum(x)");

        assertThat(over(plan, x(1e9 + 4), x(1e9 + 7), x(1e9 + 13), x(1e9 + 16)))
                .containsExactly(Math.sqrt(30), 4e9 + 40);
        assertThat(over(plan, x(61_800.1), x(61_800.1), x(61_800.1))).startsWith(0.0);
        assertThat(over(plan, x(1e16), x(1.0), x(-1e16))).endsWith(1.0);
    }

    @Test
    void sumsTruths() {
        AggregatePlan plan = plan("sum(b)", "mean(b)", "sum(x > 1)", "median(b)");
        assertThat(over(plan, wide(1.0, true), wide(2.0, false), wide(null, null), wide(3.0, true)))
                .containsExactly(2L, 2 / 3.0, 2L, 1.0);
    }

    private static ArrayRow wide(Double x, Boolean b) {
        return ArrayRow.of(x, 1L, 1L, "s", b);
    }

    @Test
    void sharesTheStateOfEqualCalls() {
        AggregatePlan once = plan("sum(x * i) / sum(x)", "std(x)");
        AggregatePlan often =
                plan("sum( x*i )/sum(x)", "std(x)", "var(x)", "mean(x)", "count(x)", "vwap(i, x)", "sum(x*i)");

        assertThat(once.doubleSlots()).isEqualTo(7);
        assertThat(often.longSlots()).isEqualTo(once.longSlots());
        // i * x is written the other way round, so it is a sum of its own.
        assertThat(often.doubleSlots()).isEqualTo(once.doubleSlots() + 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "x ~ INVALID_EXPRESSION ~ stands outside of an aggregate",
                "sum(max(x)) ~ INVALID_EXPRESSION ~ max stands inside of sum",
                "sum(s) ~ INVALID_EXPRESSION ~ sum does not take",
                "sum(ts) ~ INVALID_EXPRESSION ~ sum does not take",
                "max(s) ~ INVALID_EXPRESSION ~ max does not take",
                "sum(y) ~ UNKNOWN_COLUMN ~ unknown column 'y'",
                "sum(x ~ INVALID_EXPRESSION ~ expected ')'",
                "max(b) + 1 ~ INVALID_EXPRESSION ~ + expected a number",
                "sum(s) ~ INVALID_EXPRESSION ~ it takes numbers",
            })
    void namesTheOutputThatIsWrong(String text, ProblemCode code, String detail) {
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("fine", "sum(x)");
        outputs.put("wrong", text);

        Result<AggregatePlan> result = AggregatePlan.of(outputs, WIDE);

        Problem problem = ((Result.Err<AggregatePlan>) result).problem();
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.detail()).contains(detail);
        assertThat(problem.context()).containsEntry("output", "wrong").containsKey("position");
    }
}

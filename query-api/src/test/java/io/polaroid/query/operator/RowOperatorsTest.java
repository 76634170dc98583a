package io.polaroid.query.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.query.Frames;
import io.polaroid.query.operator.JoinRows.How;
import io.polaroid.query.plan.Computed;
import io.polaroid.query.plan.SortKey;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sorting, computing, joining and limiting; that they do as Polars does is the parity suite's to show. */
class RowOperatorsTest {
    private final BufferAllocator allocator = new RootAllocator();
    private VectorSchemaRoot left;
    private VectorSchemaRoot right;

    @BeforeEach
    void tables() {
        left = Frames.of(
                Frames.texts(allocator, "k", "b", "a", null, "a", "é"),
                Frames.longs(allocator, "n", 5L, null, 3L, 5L, 1L),
                Frames.doubles(allocator, "x", 1.0, Double.NaN, -0.0, null, -2.5));
        right = Frames.of(
                Frames.texts(allocator, "k", "a", "c", null, "a"), Frames.longs(allocator, "n", 10L, 20L, 30L, 40L));
    }

    @AfterEach
    void nothingIsLeft() {
        left.close();
        right.close();
        allocator.close();
    }

    private List<String> applied(BatchOperator operator, VectorSchemaRoot... inputs) {
        var tables = List.of(inputs);
        try (var made = operator.apply(tables, allocator).orThrow()) {
            assertThat(made.getSchema())
                    .isEqualTo(operator.schema(tables.stream()
                                    .map(VectorSchemaRoot::getSchema)
                                    .toList())
                            .orThrow());
            return Frames.rows(made);
        }
    }

    private static ProblemCode code(Result<?> result) {
        return result.<ProblemCode>map(value -> {
                    throw new AssertionError("no problem but " + value);
                })
                .recover(Problem::code);
    }

    private static SortKey key(String column, SortKey.Order order, SortKey.Nulls nulls) {
        return new SortKey(column, order, nulls);
    }

    @Test
    void sortsByEachKeyWithItsOrderAndNulls() {
        var byNumber = new SortRows(List.of(
                key("n", SortKey.Order.DESCENDING, SortKey.Nulls.FIRST),
                key("k", SortKey.Order.ASCENDING, SortKey.Nulls.LAST)));
        assertThat(applied(byNumber, left))
                .containsExactly("a null NaN", "a 5 null", "b 5 1.0", "null 3 -0.0", "é 1 -2.5");
        var byFloat = new SortRows(List.of(key("x", SortKey.Order.ASCENDING, SortKey.Nulls.LAST)));
        assertThat(applied(byFloat, left))
                .containsExactly("é 1 -2.5", "null 3 -0.0", "b 5 1.0", "a null NaN", "a 5 null");
        var byText = new SortRows(List.of(key("k", SortKey.Order.DESCENDING, SortKey.Nulls.LAST)));
        assertThat(applied(byText, left))
                .containsExactly("é 1 -2.5", "b 5 1.0", "a null NaN", "a 5 null", "null 3 -0.0");
        assertThat(code(new SortRows(List.of(key("q", SortKey.Order.ASCENDING, SortKey.Nulls.LAST)))
                        .apply(List.of(left), allocator)))
                .isEqualTo(ProblemCode.UNKNOWN_COLUMN);
    }

    @Test
    void computesColumnsFromThoseBefore() {
        var compute = ComputeColumns.of(List.of(
                        Computed.of("n", "n * 2").orThrow(),
                        Computed.of("m", "n").orThrow(),
                        Computed.of("half", "x / 2").orThrow(),
                        Computed.of("big", "n > 3").orThrow(),
                        Computed.of("who", "coalesce(k, 'none')").orThrow()))
                .orThrow();
        assertThat(applied(compute, left))
                .containsExactly(
                        "b 10 1.0 5 0.5 true b",
                        "a null NaN null NaN null a",
                        "null 6 -0.0 3 -0.0 false none",
                        "a 10 null 5 null true a",
                        "é 2 -2.5 1 -1.25 false é");
        assertThat(code(Computed.of("s", "sum(x)"))).isEqualTo(ProblemCode.INVALID_EXPRESSION);
        assertThat(code(ComputeColumns.of(List.of()))).isEqualTo(ProblemCode.INVALID_PLAN);
    }

    private static JoinRows join(How how, boolean nullsEqual, boolean coalesce) {
        return new JoinRows(List.of("k"), List.of("k"), how, "_right", nullsEqual, coalesce);
    }

    @Test
    void joinsByKeyInTheOrderOfTheLeft() {
        assertThat(applied(join(How.INNER, false, true), left, right))
                .containsExactly("a null NaN 10", "a null NaN 40", "a 5 null 10", "a 5 null 40");
        assertThat(applied(join(How.LEFT, true, true), left, right))
                .containsExactly(
                        "b 5 1.0 null",
                        "a null NaN 10",
                        "a null NaN 40",
                        "null 3 -0.0 30",
                        "a 5 null 10",
                        "a 5 null 40",
                        "é 1 -2.5 null");
        assertThat(applied(join(How.SEMI, false, true), left, right)).containsExactly("a null NaN", "a 5 null");
        assertThat(applied(join(How.ANTI, false, true), left, right))
                .containsExactly("b 5 1.0", "null 3 -0.0", "é 1 -2.5");
    }

    @Test
    void joinsWithoutLosingEitherSide() {
        assertThat(applied(join(How.FULL, false, true), left, right))
                .endsWith("c null null 20", "null null null 30")
                .hasSize(9);
        assertThat(applied(join(How.FULL, false, false), left, right))
                .endsWith("null null null c 20", "null null null null 30");
        assertThat(applied(join(How.RIGHT, false, true), left, right))
                .containsExactly(
                        "null NaN a 10",
                        "5 null a 10",
                        "null null c 20",
                        "null null null 30",
                        "null NaN a 40",
                        "5 null a 40");
        var cross = new JoinRows(List.of(), List.of(), How.CROSS, "_r", false, true);
        assertThat(applied(cross, left, right)).hasSize(20);
    }

    @Test
    void refusesJoinsThatDoNotFit() {
        var schemas = List.of(left.getSchema(), right.getSchema());
        assertThat(code(new JoinRows(List.of("k"), List.of("n"), How.INNER, "_r", false, true).schema(schemas)))
                .isEqualTo(ProblemCode.INVALID_ARGUMENT);
        assertThat(code(new JoinRows(List.of(), List.of(), How.INNER, "_r", false, true).schema(schemas)))
                .isEqualTo(ProblemCode.INVALID_PLAN);
        assertThat(code(new JoinRows(List.of("q"), List.of("k"), How.INNER, "_r", false, true).schema(schemas)))
                .isEqualTo(ProblemCode.UNKNOWN_COLUMN);
        assertThat(code(How.named("outer"))).isEqualTo(ProblemCode.INVALID_ARGUMENT);
    }

    @Test
    void limitsAndSelectsWithoutLookingAtRows() {
        assertThat(applied(new LimitRows(2, 1), left)).containsExactly("a null NaN", "null 3 -0.0");
        assertThat(applied(new LimitRows(10, 4), left)).containsExactly("é 1 -2.5");
        assertThat(applied(new LimitRows(3, 9), left)).isEmpty();
        assertThat(applied(new SelectColumns(List.of("n")), left)).containsExactly("5", "null", "3", "5", "1");
    }
}

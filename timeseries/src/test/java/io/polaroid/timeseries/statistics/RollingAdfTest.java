package io.polaroid.timeseries.statistics;

import static io.polaroid.timeseries.statistics.AdfTestTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class RollingAdfTest {
    private static final AdfTest TEST = new AdfTest(MaxLag.of(2), Regression.C, AutoLag.AIC);

    @Test
    void eachWindowIsTestedByItself(BufferAllocator allocator) {
        Gen.forSeeds(10, gen -> {
            int rows = 60;
            int window = 15 + gen.below(20);
            var symbols = new Object[rows];
            var prices = new Object[rows];
            for (int row = 0; row < rows; row++) {
                symbols[row] = gen.pick("A", "B");
                prices[row] = gen.oneIn(30) ? null : (Object) (gen.oneIn(40) ? Double.NaN : gen.unit() * 10);
            }
            try (var table = Tables.with(allocator)
                            .column("symbol", Tables.TEXT, symbols)
                            .column("price", Tables.FLOAT64, prices)
                            .table();
                    var found = new RollingAdf("price", window, TEST, List.of("symbol"))
                            .apply(List.of(table), allocator)
                            .orThrow()) {
                assertThat(Tables.cells(found, "symbol")).containsExactly(symbols);
                assertThat(Tables.cells(found, "price")).containsExactly(prices);
                assertThat(results(found, "price")).isEqualTo(naive(symbols, prices, window));
            }
        });
    }

    private static List<Object> naive(Object[] symbols, Object[] prices, int window) {
        var expected = new ArrayList<>();
        for (int row = 0; row < symbols.length; row++) {
            var last = new ArrayList<Double>();
            for (int at = row; at >= 0 && last.size() < window; at--) {
                if (symbols[at].equals(symbols[row])) {
                    last.addFirst(prices[at] instanceof Double price ? price : Double.NaN);
                }
            }
            var result = TEST.apply(last.stream().mapToDouble(value -> value).toArray());
            expected.add(
                    last.size() == window && result instanceof Result.Ok<AdfResult>(var found)
                            ? List.of(found.statistic(), found.pValue())
                            : List.of());
        }
        return expected;
    }

    private static List<Object> results(VectorSchemaRoot table, String column) {
        var statistics = Tables.cells(table, column + "_adf_statistic");
        var pValues = Tables.cells(table, column + "_adf_p_value");
        var results = new ArrayList<>();
        for (int row = 0; row < statistics.size(); row++) {
            results.add(statistics.get(row) == null ? List.of() : List.of(statistics.get(row), pValues.get(row)));
        }
        return results;
    }

    @Test
    void windowsWithoutAnAnswerAreNull(BufferAllocator allocator) {
        var cells = new Object[] {5, 5, 5, 5, 5, 5, 5, 7, 6, 8, 6, 7, 9, 8, null, 8, 9};
        try (var table = Tables.with(allocator).column("n", Tables.INT64, cells).table();
                var found = new RollingAdf("n", 7, new AdfTest(MaxLag.of(0), Regression.C, AutoLag.NONE), List.of())
                        .apply(List.of(table), allocator)
                        .orThrow()) {
            var statistics = Tables.cells(found, "n_adf_statistic");
            assertThat(statistics.subList(0, 8)).containsOnlyNulls();
            assertThat(statistics.subList(8, 14)).doesNotContainNull();
            assertThat(statistics.subList(14, 17)).containsOnlyNulls();
        }
    }

    @Test
    void columnsAndOptionsAreCheckedBeforeRows(BufferAllocator allocator) {
        try (var table = Tables.with(allocator)
                .column("symbol", Tables.TEXT, "A")
                .column("ts", Tables.NANOS, 1)
                .column("price", Tables.FLOAT64, 1.5)
                .column("size", Tables.INT32, 1)
                .column("size_adf_p_value", Tables.INT32, 1)
                .table()) {
            var schema = List.of(table.getSchema());
            assertThat(Tables.names(new RollingAdf("price", 10, TEST, List.of())
                            .schema(schema)
                            .orThrow()))
                    .containsExactly(
                            "symbol",
                            "ts",
                            "price",
                            "size",
                            "size_adf_p_value",
                            "price_adf_statistic",
                            "price_adf_p_value");
            assertRefused(new RollingAdf("symbol", 10, TEST, List.of()).schema(schema), "needs a column of numbers");
            assertRefused(new RollingAdf("ts", 10, TEST, List.of()).schema(schema), "needs a column of numbers");
            assertRefused(new RollingAdf("size", 10, TEST, List.of()).schema(schema), "rename it");
            assertRefused(new RollingAdf("price", 7, TEST, List.of()).schema(schema), "it can be 1 at most");
            assertRefused(new RollingAdf("price", 0, TEST, List.of()).schema(schema), "has 0 rows");
            for (var unknown : List.of(
                    new RollingAdf("prise", 10, TEST, List.of()),
                    new RollingAdf("price", 10, TEST, List.of("venue")))) {
                assertThat(unknown.schema(schema))
                        .isInstanceOfSatisfying(
                                Result.Err.class,
                                err -> assertThat(err.problem().code()).isEqualTo(ProblemCode.UNKNOWN_COLUMN));
            }
        }
    }

    @Test
    void aTableWithoutRowsHasNoWindows(BufferAllocator allocator) {
        try (var table = Tables.with(allocator).column("x", Tables.FLOAT64).table();
                var found = new RollingAdf("x", 10, TEST, List.of())
                        .apply(List.of(table), allocator)
                        .orThrow()) {
            assertThat(found.getRowCount()).isZero();
            assertThat(Tables.names(found.getSchema())).containsExactly("x", "x_adf_statistic", "x_adf_p_value");
        }
    }

    @Test
    void refusesWhatWouldTakeTooLong(BufferAllocator allocator) {
        try (var table = Tables.with(allocator)
                .column("x", Tables.FLOAT64, new Object[5000])
                .table()) {
            var test = new AdfTest(MaxLag.of(200), Regression.C, AutoLag.NONE);
            assertThat(new RollingAdf("x", 2000, test, List.of()).apply(List.of(table), allocator))
                    .isInstanceOfSatisfying(
                            Result.Err.class,
                            err -> assertThat(err.problem().code()).isEqualTo(ProblemCode.BUDGET_EXCEEDED));
        }
    }

    @Test
    void titleSaysWhatItDoes() {
        assertThat(new RollingAdf("close", 100, AdfTest.standard(), List.of("symbol")).title())
                .isEqualTo("rolling adf of close over 100 rows, regression c, autolag AIC, by symbol");
    }
}

package io.polaroid.timeseries.statistics;

import static io.polaroid.timeseries.statistics.AdfTestTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class RollingJohansenTest {
    private static final JohansenTest TEST = new JohansenTest(0, 1);

    @Test
    void eachWindowIsTestedByItself(BufferAllocator allocator) {
        Gen.forSeeds(10, gen -> {
            int rows = 60;
            int window = 9 + gen.below(12);
            var keys = new Object[rows];
            var x = new Object[rows];
            var y = new Object[rows];
            for (int row = 0; row < rows; row++) {
                keys[row] = gen.pick("A", "B");
                x[row] = gen.oneIn(40) ? null : (Object) (gen.oneIn(40) ? Double.NaN : gen.unit() * 10);
                y[row] = gen.oneIn(40) ? Double.POSITIVE_INFINITY : gen.unit();
            }
            try (var table = Tables.with(allocator)
                            .column("key", Tables.TEXT, keys)
                            .column("x", Tables.FLOAT64, x)
                            .column("y", Tables.FLOAT64, y)
                            .table();
                    var found = new RollingJohansen(List.of("x", "y"), window, TEST, List.of("key"))
                            .apply(List.of(table), allocator)
                            .orThrow()) {
                assertThat(Tables.cells(found, "x")).containsExactly(x);
                var expected = naive(keys, x, y, window);
                var names = RollingJohansen.names(2);
                assertThat(names)
                        .containsExactly(
                                "johansen_eigenvalue_0",
                                "johansen_eigenvalue_1",
                                "johansen_trace_0",
                                "johansen_trace_1",
                                "johansen_max_eigen_0",
                                "johansen_max_eigen_1");
                for (int i = 0; i < names.size(); i++) {
                    int at = i;
                    assertThat(Tables.cells(found, names.get(i)))
                            .isEqualTo(expected.stream()
                                    .map(result -> result.isEmpty() ? null : result.get(at))
                                    .toList());
                }
            }
        });
    }

    private static List<List<Double>> naive(Object[] keys, Object[] x, Object[] y, int window) {
        var expected = new ArrayList<List<Double>>();
        for (int row = 0; row < keys.length; row++) {
            var xs = new ArrayList<Double>();
            var ys = new ArrayList<Double>();
            for (int at = row; at >= 0 && xs.size() < window; at--) {
                if (keys[at].equals(keys[row])) {
                    xs.addFirst(x[at] instanceof Double value ? value : Double.NaN);
                    ys.addFirst((Double) y[at]);
                }
            }
            double[][] series = {
                xs.stream().mapToDouble(value -> value).toArray(),
                ys.stream().mapToDouble(value -> value).toArray()
            };
            expected.add(
                    xs.size() == window && TEST.apply(series) instanceof Result.Ok<JohansenResult>(var found)
                            ? List.of(
                                    found.eigenvalues().get(0),
                                    found.eigenvalues().get(1),
                                    found.traceStatistics().get(0),
                                    found.traceStatistics().get(1),
                                    found.maxEigenStatistics().get(0),
                                    found.maxEigenStatistics().get(1))
                            : List.of());
        }
        return expected;
    }

    @Test
    void columnsAndOptionsAreCheckedBeforeRows(BufferAllocator allocator) {
        try (var table = Tables.with(allocator)
                .column("symbol", Tables.TEXT, "A")
                .column("x", Tables.FLOAT64, 1.5)
                .column("y", Tables.INT32, 1)
                .column("johansen_trace_2", Tables.INT32, 1)
                .table()) {
            var schema = List.of(table.getSchema());
            assertThat(new RollingJohansen(List.of("x", "y"), 9, TEST, List.of()).schema(schema))
                    .isInstanceOf(Result.Ok.class);
            assertRefused(
                    new RollingJohansen(List.of("x", "y"), 8, TEST, List.of()).schema(schema),
                    "a window has 8 rows; 2 series with k_ar_diff 1 and det_order 0 need 9 at least");
            assertRefused(
                    new RollingJohansen(List.of("x", "symbol"), 9, TEST, List.of()).schema(schema),
                    "needs a column of numbers");
            assertRefused(new RollingJohansen(List.of(), 9, TEST, List.of()).schema(schema), "there is no column");
            assertRefused(
                    new RollingJohansen(List.of("x", "y", "johansen_trace_2"), 20, TEST, List.of()).schema(schema),
                    "rename it");
            assertRefused(
                    new RollingJohansen(List.of("x", "y"), 9, new JohansenTest(2, 1), List.of()).schema(schema),
                    "det_order is 2");
        }
    }
}

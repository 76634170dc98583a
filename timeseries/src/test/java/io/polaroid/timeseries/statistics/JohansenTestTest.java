package io.polaroid.timeseries.statistics;

import static io.polaroid.timeseries.statistics.AdfTestTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.result.Result;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What holds for any series, and which are refused. */
class JohansenTestTest {
    private static final JohansenTest TEST = new JohansenTest(0, 1);

    @Test
    void mixingTheSeriesDoesNotMatter() {
        Gen.forSeeds(40, gen -> {
            var test = new JohansenTest(gen.below(3) - 1, gen.below(4));
            var columns = walks(gen, 2 + gen.below(3), 80 + gen.below(200));
            var mixed = columns.clone();
            mixed[0] = sum(columns[0], 3, columns[1], -0.5);
            mixed[1] = sum(columns[0], 1e6, columns[1], 2e6);
            assertSame(test.apply(mixed).orThrow(), test.apply(columns).orThrow());
        });
    }

    @Test
    void deterministicTermsTakeUpALevelAndATrend() {
        Gen.forSeeds(20, gen -> {
            var columns = walks(gen, 3, 100);
            var moved = Arrays.stream(columns)
                    .map(x -> Series.map(x, value -> value + 1000))
                    .toArray(double[][]::new);
            assertSame(
                    new JohansenTest(0, 2).apply(moved).orThrow(),
                    new JohansenTest(0, 2).apply(columns).orThrow());
            var rising = Arrays.stream(columns)
                    .map(x -> IntStream.range(0, x.length)
                            .mapToDouble(i -> x[i] + i / 8.0)
                            .toArray())
                    .toArray(double[][]::new);
            assertSame(
                    new JohansenTest(1, 2).apply(rising).orThrow(),
                    new JohansenTest(1, 2).apply(columns).orThrow());
        });
    }

    @Test
    void oneSeriesIsADickeyFullerTest() {
        Gen.forSeeds(30, gen -> {
            int lags = 1 + gen.below(3);
            double[] x = Series.autoregression(gen, 60 + gen.below(100), gen.unit());
            for (int detOrder = -1; detOrder <= 0; detOrder++) {
                var regression = detOrder < 0 ? Regression.N : Regression.C;
                var adf = new AdfTest(MaxLag.of(lags), regression, AutoLag.NONE)
                        .apply(x)
                        .orThrow();
                double square = adf.statistic() * adf.statistic();
                double correlation = square / (square + adf.observations() - regression.terms() - 1 - lags);
                var found = new JohansenTest(detOrder, lags)
                        .apply(new double[][] {x})
                        .orThrow();
                assertThat(found.eigenvalues().getFirst()).isCloseTo(correlation, Offset.offset(1e-12));
                assertThat(found.traceStatistics()).isEqualTo(found.maxEigenStatistics());
            }
        });
    }

    @Test
    void findsTheRelationOfTwoSeries() {
        Gen.forSeeds(10, gen -> {
            double[] walk = Series.autoregression(gen, 500, 1);
            double[] noise = Series.autoregression(gen, 500, 0.3);
            var found =
                    TEST.apply(new double[][] {walk, sum(walk, 2, noise, 1)}).orThrow();
            assertThat(found.traceStatistics().getFirst())
                    .isGreaterThan(found.traceCriticalValues().getFirst().at99());
            var relation = found.eigenvectors().getFirst();
            assertThat(relation.get(1) / relation.getFirst()).isCloseTo(-0.5, Offset.offset(0.05));
        });
    }

    @Test
    void eigenvaluesDescendAndStatisticsAddUp() {
        Gen.forSeeds(40, gen -> {
            var found = new JohansenTest(gen.below(3) - 1, gen.below(4))
                    .apply(walks(gen, 1 + gen.below(6), 100))
                    .orThrow();
            double rest = 0;
            for (int r = found.eigenvalues().size() - 1; r >= 0; r--) {
                rest += found.maxEigenStatistics().get(r);
                assertThat(found.traceStatistics().get(r)).isCloseTo(rest, Offset.offset(1e-9));
                assertThat(found.eigenvalues().get(r))
                        .isBetween(0.0, r == 0 ? 1.0 : found.eigenvalues().get(r - 1));
                assertThat(found.eigenvectors().get(r).getFirst()).isPositive();
            }
        });
    }

    @Test
    void refusesCollinearColumns() {
        var columns = walks(Gen.of(1), 3, 100);
        columns[2] = sum(columns[0], 1, columns[1], -2);
        assertRefused(TEST.apply(List.of("a", "b", "c"), columns), "'c' are a linear combination");
        columns[2] = columns[0];
        assertRefused(TEST.apply(columns), "'2' are a linear combination");
        columns[2] = new double[100];
        assertRefused(TEST.apply(columns), "column '2' is constant");
        columns[2] = IntStream.range(0, 100).mapToDouble(i -> i).toArray();
        assertRefused(TEST.apply(columns), "column '2' is a straight line");
        columns[2] = Series.map(columns[0], value -> value + 5);
        assertRefused(new JohansenTest(-1, 1).apply(columns), "linear combination");
    }

    @Test
    void refusesNumbersThatAreNone() {
        var columns = walks(Gen.of(1), 2, 100);
        columns[1][7] = Double.NaN;
        assertRefused(TEST.apply(List.of("bid", "ask"), columns), "column 'ask' is NaN or null at row 7");
        columns[1][7] = Double.NEGATIVE_INFINITY;
        assertRefused(TEST.apply(columns), "column '1' is infinite at row 7");
    }

    @Test
    void refusesShapesAndOptionsThatMakeNoTest() {
        var columns = walks(Gen.of(1), 3, 12);
        assertThat(TEST.apply(columns)).isInstanceOf(Result.Ok.class);
        assertRefused(
                new JohansenTest(0, 2).apply(columns),
                "there are 12 rows; 3 series with k_ar_diff 2 and det_order 0 need 16");
        assertRefused(TEST.apply(walks(Gen.of(1), 3, 11)), "need 12 at least");
        assertRefused(new JohansenTest(0, Integer.MAX_VALUE).apply(columns), "use a smaller k_ar_diff");
        assertRefused(new JohansenTest(0, -1).apply(columns), "k_ar_diff is -1");
        assertRefused(new JohansenTest(2, 1).apply(columns), "det_order is 2");
        assertRefused(TEST.apply(new double[0][]), "there is no column");
        assertRefused(TEST.apply(new double[3][0]), "column '0' has 0 rows");
        columns[1] = new double[] {1, 2, 3};
        assertRefused(TEST.apply(columns), "column '1' has 3 rows and '0' has 12");
    }

    @Test
    void refusesASeriesBesideItsOwnPast() {
        double[] walk = Series.autoregression(Gen.of(3), 201, 1);
        var columns = new double[][] {Arrays.copyOfRange(walk, 1, 201), Arrays.copyOf(walk, 200)};
        assertRefused(TEST.apply(columns), "linear combination");
    }

    @Test
    void thereAreNoCriticalValuesBeyondTwelveSeries() {
        var found = TEST.apply(walks(Gen.of(2), 13, 200)).orThrow();
        assertThat(found.traceCriticalValues().get(0).at95()).isNaN();
        assertThat(found.traceCriticalValues().get(1).at95()).isEqualTo(334.9795);
        assertThat(found.maxEigenCriticalValues().get(12).at99()).isEqualTo(6.6349);
    }

    private static double[][] walks(Gen gen, int count, int rows) {
        return IntStream.range(0, count)
                .mapToObj(i -> Series.autoregression(gen, rows, 1))
                .toArray(double[][]::new);
    }

    private static double[] sum(double[] a, double times, double[] b, double timesToo) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> a[i] * times + b[i] * timesToo)
                .toArray();
    }

    private static void assertSame(JohansenResult found, JohansenResult expected) {
        for (int r = 0; r < expected.eigenvalues().size(); r++) {
            assertThat(found.eigenvalues().get(r))
                    .isCloseTo(expected.eigenvalues().get(r), Offset.offset(1e-8));
            assertThat(found.traceStatistics().get(r))
                    .isCloseTo(expected.traceStatistics().get(r), Offset.offset(1e-6));
        }
    }
}

package io.polaroid.timeseries.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for any series, and which series are refused. */
class AdfTestTest {
    private static final double[] SHORT = {1, 3, 2, 5, 4, 4.5, 7, 6, 6.2, 8, 7.1};

    @ParameterizedTest
    @EnumSource
    void scaleOfTheSeriesDoesNotMatter(Regression regression) {
        Gen.forSeeds(20, gen -> {
            var test = new AdfTest(MaxLag.schwert(), regression, gen.pick(AutoLag.values()));
            double[] x = Series.autoregression(gen, 30 + gen.below(200), gen.unit() * 1.02);
            var plain = test.apply(x).orThrow();
            for (double scale : new double[] {-1, 1e-9, 3.7e12, 1e250, 1e-250}) {
                assertSame(test.apply(Series.map(x, value -> value * scale)).orThrow(), plain);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = "N", mode = EnumSource.Mode.EXCLUDE)
    void aConstantInTheRegressionTakesUpTheLevel(Regression regression) {
        Gen.forSeeds(20, gen -> {
            var test = new AdfTest(MaxLag.schwert(), regression, gen.pick(AutoLag.values()));
            // Sixteenths stay exact beside 2^30.
            double[] x = Series.map(
                    Series.autoregression(gen, 30 + gen.below(200), gen.unit()), value -> Math.rint(value * 16) / 16);
            assertSame(
                    test.apply(Series.map(x, value -> value + (1 << 30))).orThrow(),
                    test.apply(x).orThrow());
        });
    }

    @Test
    void aTrendInTheRegressionTakesUpATrendOfTheSeries() {
        Gen.forSeeds(20, gen -> {
            double[] x = Series.autoregression(gen, 30 + gen.below(200), gen.unit());
            double[] rising = IntStream.range(0, x.length)
                    .mapToDouble(i -> x[i] + 0.25 * i)
                    .toArray();
            double[] curved = IntStream.range(0, x.length)
                    .mapToDouble(i -> x[i] + 0.25 * i - 0.01 * i * i)
                    .toArray();
            for (var autoLag : AutoLag.values()) {
                var linear = new AdfTest(MaxLag.of(4), Regression.CT, autoLag);
                assertSame(linear.apply(rising).orThrow(), linear.apply(x).orThrow());
                var quadratic = new AdfTest(MaxLag.of(4), Regression.CTT, autoLag);
                assertSame(quadratic.apply(curved).orThrow(), quadratic.apply(x).orThrow());
            }
        });
    }

    @Test
    void theLagThatIsChosenGivesTheSameAlone() {
        Gen.forSeeds(40, gen -> {
            var regression = gen.pick(Regression.values());
            double[] x = Series.autoregression(gen, 30 + gen.below(200), gen.unit());
            var chosen = new AdfTest(MaxLag.schwert(), regression, gen.pick(AutoLag.values()))
                    .apply(x)
                    .orThrow();
            var alone = new AdfTest(MaxLag.of(chosen.usedLag()), regression, AutoLag.NONE)
                    .apply(x)
                    .orThrow();
            assertThat(chosen).isEqualTo(alone);
        });
    }

    @Test
    void longSeriesAreReadInBlocks() {
        double[] x = Series.autoregression(Gen.of(1), 20_000, 1);
        // The slope of a simple regression, written out.
        double[] level = Arrays.copyOf(x, x.length - 1);
        double mean = Arrays.stream(level).average().orElseThrow();
        double squares = 0;
        double products = 0;
        for (int i = 0; i < level.length; i++) {
            squares += (level[i] - mean) * (level[i] - mean);
            products += (level[i] - mean) * (x[i + 1] - x[i]);
        }
        double slope = products / squares;
        double meanChange = (x[x.length - 1] - x[0]) / level.length;
        double residual = 0;
        for (int i = 0; i < level.length; i++) {
            double rest = x[i + 1] - x[i] - meanChange - slope * (level[i] - mean);
            residual += rest * rest;
        }
        double expected = slope / Math.sqrt(residual / (level.length - 2) / squares);
        var found =
                new AdfTest(MaxLag.of(0), Regression.C, AutoLag.NONE).apply(x).orThrow();
        assertThat(found.statistic()).isCloseTo(expected, Offset.offset(1e-10));
    }

    @Test
    void tellsAWalkFromNoise() {
        Gen.forSeeds(20, gen -> {
            assertThat(AdfTest.standard()
                            .apply(Series.autoregression(gen, 400, 0.2))
                            .orThrow()
                            .pValue())
                    .isLessThan(1e-3);
        });
        long rejected = IntStream.rangeClosed(1, 200)
                .filter(seed -> AdfTest.standard()
                                .apply(Series.autoregression(Gen.of(seed), 200, 1))
                                .orThrow()
                                .pValue()
                        < 0.05)
                .count();
        assertThat(rejected).isBetween(2L, 22L);
    }

    @Test
    void refusesNumbersThatAreNone() {
        assertRefused(AdfTest.standard().apply(with(3, Double.NaN)), "x is NaN or null at row 3");
        assertRefused(AdfTest.standard().apply(with(0, Double.POSITIVE_INFINITY)), "x is infinite at row 0");
        assertRefused(AdfTest.standard().apply(with(10, Double.NEGATIVE_INFINITY)), "x is infinite at row 10");
    }

    @Test
    void refusesSeriesWithoutChange() {
        assertRefused(AdfTest.standard().apply(new double[50]), "x is constant, 0.0 in all 50 rows");
        assertRefused(AdfTest.standard().apply(new double[0]), "x has 0 rows");
        assertRefused(AdfTest.standard().apply(new double[1]), "x has 1 rows");
    }

    @Test
    void refusesShortSeriesWhereStatsmodelsDoes() {
        for (var regression : Regression.values()) {
            var test = new AdfTest(MaxLag.schwert(), regression, AutoLag.AIC);
            int least = 2 * (regression.terms() + 1);
            assertRefused(
                    test.apply(Arrays.copyOf(SHORT, least - 1)),
                    regression == Regression.N ? "x has 1 rows" : "needs " + least);
            assertThat(test.apply(Arrays.copyOf(SHORT, least + 1))).isInstanceOf(Result.Ok.class);
        }
    }

    @Test
    void refusesLagsThatTheSeriesIsTooShortFor() {
        assertRefused(fixed(4).apply(SHORT), "maxlag is 4; for 11 rows and regression 'c' it can be 3 at most");
        assertThat(fixed(3).apply(SHORT)).isInstanceOf(Result.Ok.class);
        assertRefused(fixed(-1).apply(SHORT), "maxlag is -1; it is 0 or more");
        // As many terms as rows: statsmodels says 0.0.
        assertRefused(
                new AdfTest(MaxLag.schwert(), Regression.N, AutoLag.AIC).apply(Arrays.copyOf(SHORT, 8)),
                "nothing is left to estimate the error");
    }

    @Test
    void refusesSeriesThatLeaveNothingToTest() {
        double[] line = IntStream.range(0, 100).mapToDouble(i -> 3 + 0.1 * i).toArray();
        assertRefused(
                new AdfTest(MaxLag.of(0), Regression.CT, AutoLag.NONE).apply(line),
                "follows the trend of regression 'ct'");
        assertRefused(AdfTest.standard().apply(line), "linear combination of the other terms");
        double[] parabola =
                IntStream.range(0, 100).mapToDouble(i -> 3 - i + 0.1 * i * i).toArray();
        assertRefused(
                new AdfTest(MaxLag.of(0), Regression.CTT, AutoLag.AIC).apply(parabola), "trend of regression 'ctt'");
        double[] sine =
                IntStream.range(0, 100).mapToDouble(i -> Math.sin(0.3 * i)).toArray();
        assertRefused(new AdfTest(MaxLag.of(1), Regression.N, AutoLag.NONE).apply(sine), "explains x exactly");
        double[] step =
                IntStream.range(0, 100).mapToDouble(i -> i < 95 ? 0 : i * i % 7).toArray();
        assertRefused(AdfTest.standard().apply(step), "use a maxlag below");
    }

    @Test
    void refusesWhatWouldTakeTooLong() {
        double[] x = Series.autoregression(Gen.of(1), 20_000, 1);
        var refused = fixed(9_000).apply(x);
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().code()).isEqualTo(ProblemCode.BUDGET_EXCEEDED));
    }

    @Test
    void namesOfOptionsAreThoseOfStatsmodels() {
        assertThat(Regression.parse("CTT").orThrow()).isEqualTo(Regression.CTT);
        assertThat(AutoLag.parse("aic").orThrow()).isEqualTo(AutoLag.AIC);
        assertThat(AutoLag.parse("t-stat").orThrow()).isEqualTo(AutoLag.T_STAT);
        assertRefused(Regression.parse("nc"), "regression is 'nc'; it can be 'n', 'c', 'ct' or 'ctt'");
        assertRefused(AutoLag.parse("hqic"), "autolag is 'hqic'");
    }

    private static AdfTest fixed(int lags) {
        return new AdfTest(MaxLag.of(lags), Regression.C, AutoLag.AIC);
    }

    private static double[] with(int row, double value) {
        double[] x = SHORT.clone();
        x[row] = value;
        return x;
    }

    private static void assertSame(AdfResult found, AdfResult expected) {
        assertThat(found.usedLag()).isEqualTo(expected.usedLag());
        assertThat(found.observations()).isEqualTo(expected.observations());
        assertThat(found.statistic())
                .isCloseTo(expected.statistic(), Offset.offset(1e-8 * Math.max(1e-3, Math.abs(expected.statistic()))));
        assertThat(found.pValue()).isCloseTo(expected.pValue(), Offset.offset(1e-8));
    }

    static void assertRefused(Result<?> result, String detail) {
        assertThat(result).isInstanceOf(Result.Err.class);
        Problem problem = ((Result.Err<?>) result).problem();
        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_ARGUMENT);
        assertThat(problem.detail()).contains(detail);
    }
}

package io.polaroid.timeseries.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** The Johansen test gives the numbers of statsmodels, or exact ones where statsmodels loses digits. */
class JohansenGoldenTest {
    @Test
    void givesTheNumbersOfStatsmodels() {
        var golden = Golden.read("johansen.json");
        int cases = 0;
        for (var expected : golden.get("cases")) {
            var columns = Golden.columns(
                    golden.get("series").get(expected.get("series").textValue()));
            var test = new JohansenTest(
                    expected.get("det_order").intValue(),
                    expected.get("k_ar_diff").intValue());
            check(
                    expected.get("series").textValue() + " " + test,
                    test.apply(columns).orThrow(),
                    expected);
            cases++;
        }
        assertThat(cases).isGreaterThan(300);
    }

    private static void check(String name, JohansenResult found, JsonNode expected) {
        same(name + " eigenvalues", found.eigenvalues(), expected.get("eigenvalues"));
        same(name + " trace", found.traceStatistics(), expected.get("trace_statistics"));
        same(name + " max eigenvalue", found.maxEigenStatistics(), expected.get("max_eigen_statistics"));
        for (int r = 0; r < found.eigenvalues().size(); r++) {
            Golden.assertSame(
                    name + " trace critical values " + r,
                    values(found.traceCriticalValues().get(r)),
                    Golden.numbers(expected.get("trace_critical_values").get(r)));
            Golden.assertSame(
                    name + " max eigenvalue critical values " + r,
                    values(found.maxEigenCriticalValues().get(r)),
                    Golden.numbers(expected.get("max_eigen_critical_values").get(r)));
            if (!expected.has("statsmodels")) {
                vector(
                        name + " eigenvector " + r,
                        found.eigenvectors().get(r),
                        Golden.numbers(expected.get("eigenvectors").get(r)));
            }
        }
    }

    private static void same(String name, List<Double> ours, JsonNode theirs) {
        Golden.assertSame(name, ours.stream().mapToDouble(Double::doubleValue).toArray(), Golden.numbers(theirs));
    }

    /** Up to its sign, which is free, and relative to its greatest weight. */
    private static void vector(String name, List<Double> ours, double[] theirs) {
        double sign = Math.signum(theirs[0]);
        double greatest = DoubleStream.of(theirs).map(Math::abs).max().orElseThrow();
        assertThat(ours.getFirst()).as(name).isPositive();
        for (int i = 0; i < theirs.length; i++) {
            assertThat(Math.abs(ours.get(i) - sign * theirs[i]))
                    .as("%s: ours %s, statsmodels %s", name, ours, theirs)
                    .isLessThanOrEqualTo(1e-8 * greatest);
        }
    }

    private static double[] values(JohansenResult.CriticalValues values) {
        return new double[] {values.at90(), values.at95(), values.at99()};
    }
}

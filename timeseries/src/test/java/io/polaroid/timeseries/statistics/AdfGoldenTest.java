package io.polaroid.timeseries.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The ADF test gives the numbers of statsmodels, or exact ones where statsmodels loses digits. */
class AdfGoldenTest {
    @Test
    void givesTheNumbersOfStatsmodels() {
        var golden = Golden.read("adf.json");
        int cases = 0;
        for (var expected : golden.get("cases")) {
            double[] x = Golden.numbers(
                    golden.get("series").get(expected.get("series").textValue()));
            var maxLag = expected.get("maxlag").isNull()
                    ? MaxLag.schwert()
                    : MaxLag.of(expected.get("maxlag").intValue());
            var test = new AdfTest(
                    maxLag,
                    Regression.parse(expected.get("regression").textValue()).orThrow(),
                    AutoLag.parse(expected.get("autolag").textValue()).orThrow());
            var name = expected.get("series").textValue() + " " + test;
            var found = test.apply(x).orThrow();
            assertThat(found.usedLag())
                    .as(name)
                    .isEqualTo(expected.get("used_lag").intValue());
            assertThat(found.observations())
                    .as(name)
                    .isEqualTo(expected.get("nobs").intValue());
            Golden.assertSame(
                    name + " statistic",
                    found.statistic(),
                    expected.get("statistic").doubleValue());
            Golden.assertSame(
                    name + " p-value", found.pValue(), expected.get("p_value").doubleValue());
            var critical = found.criticalValues();
            Golden.assertSame(
                    name + " critical values",
                    new double[] {critical.onePercent(), critical.fivePercent(), critical.tenPercent()},
                    Golden.numbers(expected.get("critical_values")));
            cases++;
        }
        assertThat(cases).isGreaterThan(700);
    }
}

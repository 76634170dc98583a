package io.polaroid.timeseries.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalTest {
    /** From mpmath's ncdf with 60 digits. */
    @ParameterizedTest
    @CsvSource({
        "-30, 4.9067139271481870595e-198",
        "-8.5, 9.4795348222033183542e-18",
        "-4, 0.000031671241833119921254",
        "-3.0001, 0.0013494549132607171712",
        "-3, 0.0013498980316300945267",
        "-2.9999, 0.0013503412829549249056",
        "-1.6448536269514722, 0.050000000000000053934",
        "-0.25, 0.40129367431707627576",
        "0, 0.5",
        "1, 0.84134474606854294859",
        "2.9999, 0.99864965871704507509",
        "3.5, 0.99976737092096447496",
        "9, 1"
    })
    void isExactInCentreAndTails(double z, double probability) {
        assertThat(Normal.cdf(z)).isCloseTo(probability, Offset.offset(1e-13 * probability));
    }

    @Test
    void ascendsAcrossTheSeamsOfItsFormulas() {
        double before = 0;
        for (double z = -40; z <= 10; z += 0.001) {
            double now = Normal.cdf(z);
            assertThat(now).as("at %s", z).isBetween(before * (1 - 1e-13), 1.0);
            before = now;
        }
    }
}

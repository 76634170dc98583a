package io.polaroid.timeseries.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.Gen;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class BucketingTest {
    private static final long DAY = 86_400_000_000_000L;

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    private static long nanos(String instant) {
        Instant at = Instant.parse(instant);
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    @Test
    void startsAtMultiplesFrom1970OnBothSides() {
        Gen.forSeeds(5_000, gen -> {
            long every = gen.between(1, gen.pick(10L, 1_000_000_000L, 40 * DAY));
            long time = gen.oneIn(2) ? gen.between(-1000, 1000) : gen.anyLong() / 2;
            long origin = every % (7 * DAY) == 0 ? 4 * DAY : 0;

            BigInteger start = BigInteger.valueOf(Bucketing.start(time, every));

            BigInteger into = BigInteger.valueOf(time)
                    .subtract(BigInteger.valueOf(origin))
                    .mod(BigInteger.valueOf(every));
            assertThat(start).isEqualTo(BigInteger.valueOf(time).subtract(into));
        });
    }

    @Test
    void startsWeeksOnMondays() {
        Gen.forSeeds(500, gen -> {
            long weeks = gen.between(1, 4);
            long time = gen.between(-20_000 * DAY, 20_000 * DAY);

            ZonedDateTime start =
                    instant(Bucketing.start(time, weeks * 7 * DAY)).atZone(ZoneOffset.UTC);

            assertThat(start.getDayOfWeek()).isEqualTo(DayOfWeek.MONDAY);
            assertThat(start.toLocalTime().toNanoOfDay()).isZero();
        });
        assertThat(instant(Bucketing.start(nanos("2021-01-06T12:00:00Z"), 7 * DAY)))
                .hasToString("2021-01-04T00:00:00Z");
    }

    @Test
    void refusesBucketsThatStartBeforeTime() {
        assertThatThrownBy(() -> Bucketing.start(Long.MIN_VALUE + 1, 7_000_000_000L))
                .isInstanceOf(ArithmeticException.class);
        assertThat(Bucketing.start(Long.MAX_VALUE, 1_000_000_000L)).isPositive();
    }
}

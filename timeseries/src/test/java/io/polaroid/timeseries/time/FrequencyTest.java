package io.polaroid.timeseries.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrequencyTest {
    @ParameterizedTest
    @CsvSource({
        "250ms,250000000",
        "1s,1000000000",
        "s,1000000000",
        "1m,60000000000",
        "90m,5400000000000",
        "1h,3600000000000",
        "1d,86400000000000",
        "1w,604800000000000",
        "1h30m,5400000000000",
        "3us,3000",
        "7ns,7"
    })
    void readsFixedLengths(String text, long nanos) {
        assertThat(Frequency.parse(text)).isEqualTo(Result.ok(new Frequency.Fixed(nanos)));
    }

    @ParameterizedTest
    @CsvSource({"mo,1", "1mo,1", "M,1", "2M,2", "q,3", "Q,3", "1q,3", "y,12", "Y,12", "2Y,24"})
    void readsCalendarMonths(String text, int months) {
        assertThat(Frequency.parse(text)).isEqualTo(Result.ok(new Frequency.Calendar(months)));
    }

    @Test
    void readsTick() {
        assertThat(Frequency.parse("tick")).isEqualTo(Result.ok(new Frequency.Tick()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0s",
                "-1s",
                "1.5s",
                "1 s",
                "1x",
                "1mo1d",
                "1d1mo",
                "hs",
                "1hm",
                "99999999999999999999s",
                "9999999999y",
                "300000w",
                "tick1",
                "1",
                "1S"
            })
    void refusesTheRest(String text) {
        assertThat(Frequency.parse(text))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_ARGUMENT));
    }

    @Test
    void readsBackItsOwnText() {
        Gen.forSeeds(500, gen -> {
            Frequency frequency = switch (gen.below(3)) {
                case 0 -> new Frequency.Calendar(1 + gen.below(100));
                case 1 ->
                    new Frequency.Fixed(gen.between(1, 1_000) * gen.pick(1L, 1_000_000L, 604_800_000_000_000L / 7));
                default -> new Frequency.Tick();
            };
            assertThat(Frequency.parse(frequency.text())).isEqualTo(Result.ok(frequency));
        });
    }

    @Test
    void neverThrows() {
        Gen.forSeeds(5_000, gen -> {
            var text = new StringBuilder();
            for (int i = gen.below(10); i > 0; i--) {
                text.append(gen.pick("1", "9", "99999999", "m", "mo", "ms", "y", "q", "tick", "-", " ", "é", "w", "0"));
            }
            assertThat(Frequency.parse(text.toString())).isInstanceOf(Result.class);
        });
    }
}

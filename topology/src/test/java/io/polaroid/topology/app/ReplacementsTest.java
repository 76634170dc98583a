package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ReplacementsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void pausesGrowAndEndSomeTime() {
        var replacements = new Replacements();
        var pauses = new ArrayList<Long>();
        var now = START;
        while (true) {
            var pause = replacements.next(now);
            if (pause.isEmpty()) {
                break;
            }
            pauses.add(pause.get().toMillis());
            now = now.plus(pause.get());
        }
        assertThat(pauses).hasSize(120).startsWith(0L, 100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L);
        assertThat(Duration.between(START, now)).isGreaterThan(Duration.ofMinutes(9));
    }

    @Test
    void aQuietMinuteStartsAgain() {
        var replacements = new Replacements();
        for (int i = 0; i < 500; i++) {
            assertThat(replacements.next(START.plus(Duration.ofSeconds(61L * i))))
                    .contains(Duration.ZERO);
        }
    }
}

package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeedHealthTest {
    @Test
    void goesOnWithTheOutagesOfAnother() {
        var random = new SplittableRandom(3);
        var first = new FeedHealth();
        var second = new FeedHealth();
        var kinds = List.of(Kind.DOWN, Kind.UP, Kind.GAP);
        for (int i = 0; i < 200; i++) {
            long from = i * 10L + random.nextLong(10);
            var series = random.nextBoolean() ? ControlRecord.ALL : List.of("A");
            var control = new ControlRecord(
                    "x/" + random.nextInt(3), kinds.get(random.nextInt(3)), from, from + random.nextLong(15), series);
            first.apply(control);
            if (i == 100) {
                var restored = new FeedHealth();
                restored.restoreOutages(second.outages());
                second = restored;
            }
            second.apply(control);
        }
        for (long start = 0; start < 2_100; start += 5) {
            for (String series : List.of("A", "B")) {
                assertThat(second.mayMiss(series, start, start + 5))
                        .as("%s at %s", series, start)
                        .isEqualTo(first.mayMiss(series, start, start + 5));
            }
        }
    }

    @Test
    void forgetsTheOldestOfTooManyGaps() {
        var feeds = new FeedHealth();
        for (int i = 0; i < 5_000; i++) {
            feeds.apply(new ControlRecord("x/0", Kind.GAP, i * 10L, i * 10L + 5, "*"));
        }
        assertThat(feeds.mayMiss("A", 0, 5)).isFalse();
        assertThat(feeds.mayMiss("A", 49_990, 49_991)).isTrue();
    }
}

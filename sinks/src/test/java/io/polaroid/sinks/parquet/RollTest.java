package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where files end, without files. */
class RollTest {
    private static final Roll ROLL = new Roll(3, 1_000, 2);

    @Test
    void endsWithItsLastRow() {
        Span two = Span.EMPTY.with(10, 10, 0, true).with(12, 12, 0, false);
        assertThat(ROLL.isFull(two)).isFalse();
        assertThat(ROLL.isFull(two.with(13, 13, 0, false))).isTrue();
        assertThat(two.with(13, 13, 0, false)).isEqualTo(new Span(10, 13, 3, 1, 0));
    }

    @Test
    void endsBeforeARowOfALaterBucketThanItsFirst() {
        Span span = Span.EMPTY.with(10, 10, 1_500, true);
        assertThat(ROLL.endsBefore(span, 1_999, false)).isFalse();
        assertThat(ROLL.endsBefore(span, 2_000, false)).isTrue();
        assertThat(ROLL.endsBefore(span, -5, false)).as("an older row").isFalse();
        assertThat(ROLL.endsBefore(Span.EMPTY, 2_000, true))
                .as("nothing to end")
                .isFalse();
    }

    @Test
    void bucketsBefore1970AreWholeAsWell() {
        Span span = Span.EMPTY.with(10, 10, -1, true);
        assertThat(ROLL.endsBefore(span, -1_000, false)).isFalse();
        assertThat(ROLL.endsBefore(span, 0, false)).isTrue();
    }

    @Test
    void endsBeforeARowThatNeedsAFileTooMany() {
        Span span = Span.EMPTY.with(10, 10, 0, true).with(11, 11, 0, true);
        assertThat(ROLL.endsBefore(span, 0, false)).isFalse();
        assertThat(ROLL.endsBefore(span, 0, true)).isTrue();
    }

    @Test
    void aHeartbeatEndsAWholeBucketLater() {
        Span span = Span.EMPTY.with(10, 10, 1_500, true);
        assertThat(ROLL.endsAtHeartbeat(span, 2_999)).isFalse();
        assertThat(ROLL.endsAtHeartbeat(span, 3_000)).isTrue();
        assertThat(ROLL.endsAtHeartbeat(Span.EMPTY, 3_000)).isFalse();
    }

    @Test
    void goingOnFromAnyEndGivesTheSameEnds() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            var roll = new Roll(random.nextInt(1, 9), random.nextInt(1, 3_000), 3);
            long[] times = random.longs(60, -5_000, 20_000).toArray();
            List<Span> all = cuts(roll, times, 0);
            for (int i = 0; i < all.size(); i++) {
                int from = (int) all.get(i).lastOffset() + 1;
                assertThat(cuts(roll, times, from))
                        .as("seed %d, from offset %d", seed, from)
                        .isEqualTo(all.subList(i + 1, all.size()));
            }
        }
    }

    private static List<Span> cuts(Roll roll, long[] times, int from) {
        var cuts = new ArrayList<Span>();
        Span span = Span.EMPTY;
        for (int offset = from; offset < times.length; offset++) {
            if (roll.endsBefore(span, times[offset], false)) {
                cuts.add(span);
                span = Span.EMPTY;
            }
            span = span.with(offset, offset, times[offset], false);
            if (roll.isFull(span)) {
                cuts.add(span);
                span = Span.EMPTY;
            }
        }
        return cuts;
    }
}

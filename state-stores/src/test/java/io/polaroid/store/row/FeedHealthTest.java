package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedHealthTest {
    private static final long NONE = Long.MIN_VALUE;

    /** A control record at its place in the partition. */
    private record Told(ControlRecord control, long offset, long progress) {}

    private static List<Told> play(SplittableRandom random, int records) {
        var kinds = List.of(Kind.DOWN, Kind.UP, Kind.GAP);
        var told = new ArrayList<Told>();
        for (int i = 0; i < records; i++) {
            long from = i * 10L + random.nextLong(10);
            var series = random.nextBoolean() ? ControlRecord.ALL : List.of("A");
            var control = new ControlRecord(
                    "x/" + random.nextInt(3), kinds.get(random.nextInt(3)), from, from + random.nextLong(15), series);
            told.add(new Told(control, 2L * i, i * 10L + 30));
        }
        return told;
    }

    private static FeedHealth health(List<Told> told, long retention) {
        var health = new FeedHealth(retention);
        told.forEach(one -> health.apply(one.control(), one.offset(), one.progress()));
        return health;
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4, 5})
    void goesOnWithTheOutagesOfAnother(long seed) {
        var told = play(new SplittableRandom(seed), 200);
        var whole = health(told, 1_000);
        var again = new FeedHealth(1_000);
        again.restoreOutages(health(told.subList(0, 100), 1_000).outages());
        told.subList(100, 200).forEach(one -> again.apply(one.control(), one.offset(), one.progress()));
        for (long start = 0; start < 2_100; start += 5) {
            for (String series : List.of("A", "B")) {
                for (long at : new long[] {NONE, 100, 201, 399, 500}) {
                    assertThat(again.mayMiss(series, start, start + 5, at))
                            .as("%s at %s", series, start)
                            .isEqualTo(whole.mayMiss(series, start, start + 5, at));
                    assertThat(again.graceFrom(series, start, start + 5, at))
                            .isEqualTo(whole.graceFrom(series, start, start + 5, at));
                    assertThat(again.isBrought(series, start, at)).isEqualTo(whole.isBrought(series, start, at));
                }
            }
        }
    }

    /** What was known when a row came is known later: whatever comes after changes nothing of it. */
    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void graceOfAnEarlierRowIsAsItWas(long seed) {
        var told = play(new SplittableRandom(seed), 150);
        var whole = health(told, 10_000);
        for (int known = 0; known <= told.size(); known += 7) {
            var then = health(told.subList(0, known), 10_000);
            for (long start = 0; start < 1_600; start += 40) {
                for (String series : List.of("A", "B")) {
                    long offset = 2L * known - 1;
                    long expected = graceFrom(told.subList(0, known), series, start, start + 30);
                    assertThat(then.graceFrom(series, start, start + 30, offset))
                            .isEqualTo(expected);
                    assertThat(whole.graceFrom(series, start, start + 30, offset))
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static long graceFrom(List<Told> told, String series, long start, long end) {
        var down = new HashMap<String, ControlRecord>();
        long from = NONE;
        for (Told one : told) {
            var control = one.control();
            switch (control.kind()) {
                case DOWN -> down.putIfAbsent(control.source(), control);
                case UP -> {
                    var begun = down.remove(control.source());
                    if (begun != null && begun.concerns(series) && begun.fromNanos() < end) {
                        from = Math.max(from, one.progress());
                    }
                }
                default -> {
                    if (control.concerns(series)
                            && control.fromNanos() < end
                            && control.toNanos() > start
                            && control.toNanos() > control.fromNanos()) {
                        from = Math.max(from, one.progress());
                    }
                }
            }
        }
        return down.values().stream().anyMatch(begun -> begun.concerns(series) && begun.fromNanos() < end)
                ? Long.MAX_VALUE
                : from;
    }

    @Test
    void aRowThatCameAfterwardsMendsWhatWasOverByThen() {
        var feeds = new FeedHealth(1_000);
        feeds.apply(new ControlRecord("x/0", Kind.GAP, 10, 20, "A"), 5, 40);
        assertThat(feeds.isBrought("A", 15, 5)).isFalse();
        assertThat(feeds.isBrought("A", 15, 6)).isTrue();
        assertThat(feeds.isBrought("B", 15, 6)).isFalse();
        assertThat(feeds.isBrought("A", 20, 6)).isFalse();
        assertThat(feeds.mayMiss("A", 0, 30, 6)).isFalse();
        // When there is another gap
        feeds.apply(new ControlRecord("x/0", Kind.GAP, 18, 22, "A"), 8, 50);
        assertThat(feeds.mayMiss("A", 0, 30, 6)).isTrue();
        assertThat(feeds.mayMiss("A", 0, 30, 9)).isFalse();
        feeds.apply(new ControlRecord("x/0", Kind.DOWN, 25, 25, "A"), 10, 60);
        assertThat(feeds.mayMiss("A", 0, 30, 11)).as("one that lasts").isTrue();
    }

    @Test
    void forgetsTheOldestOfTooManyGaps() {
        var feeds = new FeedHealth(1_000);
        for (int i = 0; i < 5_000; i++) {
            feeds.apply(new ControlRecord("x/0", Kind.GAP, i * 10L, i * 10L + 5, "*"), i, i * 10L);
        }
        assertThat(feeds.mayMiss("A", 0, 5, NONE)).isFalse();
        assertThat(feeds.mayMiss("A", 49_990, 49_991, NONE)).isTrue();
        assertThat(feeds.outages()).hasSize(4_096);
    }

    @Test
    void ofTooManyGapsWithinRetentionTheLastOnesDelayNothing() {
        var feeds = new FeedHealth(1_000_000);
        for (int i = 0; i < 20_000; i++) {
            feeds.apply(new ControlRecord("x/0", Kind.GAP, i * 10L, i * 10L + 5, "*"), i, i * 10L);
        }
        assertThat(feeds.graceFrom("A", 0, 5, 20_000)).isEqualTo(0);
        assertThat(feeds.graceFrom("A", 40_950, 40_955, 20_000)).isEqualTo(40_950);
        assertThat(feeds.graceFrom("A", 40_960, 40_965, 20_000)).isEqualTo(NONE);
        assertThat(feeds.outages()).hasSize(2 * 4_096);
    }
}

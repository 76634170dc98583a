package io.polaroid.store.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.polaroid.store.result.NaiveResults.Cells;
import io.polaroid.store.result.NaiveResults.Key;
import io.polaroid.store.spill.Spill;
import io.polaroid.testsupport.Allocators;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class ViewResultsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ResultTable LAYOUT = new ResultTable(Results.SCHEMA, Results.DOUBLES, Results.LONGS);

    /** A record of a changelog topic. */
    private record Logged(byte[] key, byte[] value) {}

    /** Plays a random view against both and keeps the changelog. */
    private static final class Game {
        final SplittableRandom random;
        final ViewResults store;
        final NaiveResults twin = new NaiveResults();
        final List<Logged> topic = new ArrayList<>();
        long now = 1_700_000_000L * SECOND;

        Game(long seed, BufferAllocator allocator) {
            this.random = new SplittableRandom(seed);
            this.store = new ViewResults(LAYOUT, allocator, Spill.onHeap());
        }

        void step() {
            now += random.nextLong(SECOND / 20);
            switch (random.nextInt(400)) {
                case 0 -> {
                    long time = now - random.nextLong(60, 200) * SECOND;
                    store.expireBefore(time);
                    twin.expireBefore(time);
                }
                case 1 -> flush();
                case 5, 6 -> {
                    String name = "count" + random.nextInt(3);
                    store.increment(name);
                    twin.counts.merge(name, 1L, Long::sum);
                }
                default -> upsert();
            }
        }

        private void upsert() {
            long back = random.nextInt(10) == 0 ? random.nextLong(100) : random.nextLong(2);
            long time = (now / SECOND - back) * SECOND;
            if (time < twin.horizon) {
                return;
            }
            var key = new Key("S" + random.nextInt(20), time, random.nextInt(2));
            int row = store.rows().find(key.series(), key.time(), key.sequence());
            assertThat(row >= 0).isEqualTo(twin.rows.containsKey(key));
            if (row < 0) {
                row = store.insert(key.series(), key.time(), key.sequence());
            }
            twin.changed.add(key);
            Cells cells = twin.rows.computeIfAbsent(key, k -> new Cells());
            switch (random.nextInt(5)) {
                case 0 -> {
                    Object status = random.nextBoolean() ? null : "status " + random.nextInt(1_000);
                    store.rows().set(row, 3, status);
                    cells.results[3] = status;
                }
                case 1 -> {
                    Object revision = random.nextBoolean() ? null : (long) random.nextInt(5);
                    store.rows().set(row, 4, revision);
                    cells.results[4] = revision;
                    assertThat(store.rows().isProvisional(row)).isEqualTo(revision == null);
                }
                case 2 -> {
                    cells.results[2] = random.nextDouble();
                    store.rows().set(row, 2, cells.results[2]);
                }
                case 3 -> {
                    int slot = random.nextInt(Results.DOUBLES);
                    cells.doubles[slot] += random.nextDouble();
                    store.rows().slots(row).setDouble(slot, cells.doubles[slot]);
                }
                default -> {
                    int slot = random.nextInt(Results.LONGS);
                    cells.longs[slot] += random.nextInt(9);
                    store.rows().slots(row).setLong(slot, cells.longs[slot]);
                }
            }
        }

        void flush() {
            var keys = new LinkedHashSet<Key>();
            store.rows()
                    .forEachChanged(row -> keys.add(new Key(
                            store.rows().series(row),
                            store.rows().timeNanos(row),
                            store.rows().sequence(row))));
            assertThat(List.copyOf(keys)).isEqualTo(List.copyOf(twin.changed));
            twin.changed.clear();
            store.reached(now, now);
            assertThat(store.write((key, value) -> topic.add(new Logged(key, value))))
                    .isTrue();
            assertThat(store.rows().hasChanges()).isFalse();
        }
    }

    private static void restore(List<Logged> topic, ViewResults store) {
        for (Logged record : topic) {
            store.restore(record.key(), record.value());
        }
    }

    /** What a compacted topic holds: the last record of each key where it stood, without tombstones. */
    private static List<Logged> compacted(List<Logged> topic) {
        Map<ByteBuffer, Integer> last = new HashMap<>();
        for (int i = 0; i < topic.size(); i++) {
            last.put(ByteBuffer.wrap(topic.get(i).key()), i);
        }
        var kept = new ArrayList<Logged>();
        for (int i = 0; i < topic.size(); i++) {
            Logged record = topic.get(i);
            if (last.get(ByteBuffer.wrap(record.key())) == i && record.value() != null) {
                kept.add(record);
            }
        }
        return kept;
    }

    @Test
    void agreesWithASortedMapAndSoDoesWhatIsRestored(BufferAllocator allocator) {
        for (long seed = 1; seed <= 2; seed++) {
            var game = new Game(seed, allocator);
            for (int i = 0; i < 25_000; i++) {
                game.step();
            }
            game.flush();
            assertSame(game.store, game, seed);
            for (var topic : List.of(game.topic, compacted(game.topic))) {
                try (var restored = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
                    restore(topic, restored);
                    assertSame(restored, game, seed);
                }
            }
            game.store.close();
        }
    }

    @Test
    void goesOnAfterARestoreAsIfItHadNeverStopped(BufferAllocator allocator) {
        var game = new Game(7, allocator);
        for (int crash = 0; crash < 3; crash++) {
            for (int i = 0; i < 6_000; i++) {
                game.step();
            }
            game.flush();
            try (var next = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
                restore(crash % 2 == 0 ? game.topic : compacted(game.topic), next);
                // What the restored store logs next must fit behind what the topic has.
                int row = next.insert("crash" + crash, game.now, 0);
                next.rows().slots(row).setLong(0, crash);
                next.write((key, value) -> game.topic.add(new Logged(key, value)));
                var cells = new Cells();
                cells.longs[0] = crash;
                game.twin.rows.put(new Key("crash" + crash, game.now, 0), cells);
                assertThat(NaiveResults.of(next)).isEqualTo(game.twin.rows);
            }
            int row = game.store.insert("crash" + crash, game.now, 0);
            game.store.rows().slots(row).setLong(0, crash);
            game.twin.changed.add(new Key("crash" + crash, game.now, 0));
        }
        game.store.close();
    }

    private static void assertSame(ViewResults store, Game game, long seed) {
        assertThat(NaiveResults.of(store)).as("seed %d", seed).isEqualTo(game.twin.rows);
        assertThat(store.state().counts()).isEqualTo(game.twin.counts);
        assertThat(store.state().horizon()).isEqualTo(game.twin.horizon);
        assertThat(store.state().offset()).isEqualTo(game.now);
    }

    @Test
    void keepsTheTopicWithinASmallMultipleOfTheRows(BufferAllocator allocator) {
        // Given few rows that change at every commit
        try (var store = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
            var topic = new ArrayList<Logged>();
            for (int commit = 0; commit < 600; commit++) {
                for (int series = 0; series < 50; series++) {
                    int found = store.rows().find("S" + series, SECOND, 0);
                    int row = found >= 0 ? found : store.insert("S" + series, SECOND, 0);
                    store.rows().slots(row).setLong(0, commit);
                }
                store.write((key, value) -> topic.add(new Logged(key, value)));
            }
            // Then compaction leaves far fewer than the 100,000 rows logged
            assertThat(compacted(topic).size()).isLessThan(200);
            assertThat(topic.stream().map(Logged::value).filter(v -> v == null).count())
                    .isGreaterThan(400);
        }
    }

    @Test
    void cutsBatchesBeforeTheyGrowTooLargeForARecord(BufferAllocator allocator) {
        try (var store = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
            var topic = new ArrayList<Logged>();
            for (int i = 0; i < 12_000; i++) {
                int row = store.insert("series with a rather long name " + i, SECOND, i);
                store.rows().set(row, 3, "a status that is not short either " + i);
            }
            store.write((key, value) -> topic.add(new Logged(key, value)));
            assertThat(topic).allSatisfy(record -> assertThat(record.value()).hasSizeLessThanOrEqualTo(500_000));
            try (var restored = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
                restore(topic, restored);
                assertThat(NaiveResults.of(restored)).isEqualTo(NaiveResults.of(store));
            }
        }
    }

    @Test
    void writesTombstonesForExpiredRecordsAndForgetsTheRows(BufferAllocator allocator) {
        try (var store = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
            var topic = new ArrayList<Logged>();
            store.insert("A", 10 * SECOND, 0);
            store.insert("A", 70 * SECOND, 0);
            store.insert("A", 75 * SECOND, 0);
            store.write((key, value) -> topic.add(new Logged(key, value)));
            store.expireBefore(72 * SECOND);
            store.write((key, value) -> topic.add(new Logged(key, value)));
            assertThat(topic.stream().filter(record -> record.value() == null).count())
                    .as("only the first minute's record has no live row")
                    .isEqualTo(1);
            assertThat(store.rows().find("A", 70 * SECOND, 0)).isEqualTo(-1);
            assertThat(store.rows().find("A", 75 * SECOND, 0)).isNotNegative();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.insert("A", 71 * SECOND, 0))
                    .withMessageContaining("expired");
        }
    }

    @Test
    void writesNothingWhenNothingHasChanged(BufferAllocator allocator) {
        try (var store = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
            var topic = new ArrayList<Logged>();
            assertThat(store.write((key, value) -> topic.add(new Logged(key, value))))
                    .isFalse();
            store.increment("trades.on_time");
            assertThat(store.write((key, value) -> topic.add(new Logged(key, value))))
                    .isTrue();
            assertThat(store.write((key, value) -> topic.add(new Logged(key, value))))
                    .isFalse();
            assertThat(topic).hasSize(1);
        }
    }

    @Test
    void refusesAChangelogOfOtherColumnsOrAnotherVersion(BufferAllocator allocator) {
        try (var store = new ViewResults(LAYOUT, allocator, Spill.onHeap());
                var other = new ViewResults(new ResultTable(Results.SCHEMA, 0, 0), allocator, Spill.onHeap())) {
            var topic = new ArrayList<Logged>();
            store.insert("A", SECOND, 0);
            store.write((key, value) -> topic.add(new Logged(key, value)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> restore(topic, other))
                    .withMessageContaining("other columns");
            byte[] future = topic.getFirst().key().clone();
            future[1] = 9;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.restore(future, new byte[0]))
                    .withMessageContaining("version 9");
        }
    }

    @Test
    void marksTheEndOfEachCommit(BufferAllocator allocator) {
        try (var store = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
            var topic = new ArrayList<Logged>();
            store.insert("A", SECOND, 0);
            store.write((key, value) -> topic.add(new Logged(key, value)));
            var ends = new ArrayList<Boolean>();
            try (var restored = new ViewResults(LAYOUT, allocator, Spill.onHeap())) {
                topic.forEach(record -> ends.add(restored.restore(record.key(), record.value())));
            }
            assertThat(ends).isEqualTo(Arrays.asList(false, true));
        }
    }
}

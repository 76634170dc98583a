package io.polaroid.store.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.entry.EntryRange.Direction;
import io.polaroid.store.entry.EntryRange.Sort;
import io.polaroid.testsupport.Allocators;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.streams.query.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries against sorted maps of the same. */
@ExtendWith(Allocators.class)
class EntryTableTest {
    private static final Comparator<EntryKey> BYTES =
            (one, other) -> Arrays.compareUnsigned(one.bytes(), other.bytes());
    private static final Comparator<EntryKey> BY_KEY =
            BYTES.thenComparingLong(EntryKey::time).thenComparingLong(EntryKey::sequence);
    private static final Retention RETENTION = new Retention(40, 7);
    private static final Comparator<EntryKey> BY_SEGMENT = Comparator.<EntryKey>comparingLong(
                    key -> key.time() / RETENTION.segmentMs())
            .thenComparing(BY_KEY);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final int STEPS = 24_000;

    private static EntryFacts facts(EntryTable table) {
        return new EntryFacts(Position.emptyPosition(), table.horizon());
    }

    /** As a store reads its table. */
    private static List<String> live(EntryTable table, EntryRange range) {
        return read(table, facts(table).visible(range));
    }

    private static List<String> read(Entries entries, EntryRange range) {
        var found = new ArrayList<String>();
        var cursor = new EntryCursor(entries, range);
        while (cursor.advance() >= 0) {
            found.add(text(cursor.entry().key(), cursor.entry().value()));
        }
        return found;
    }

    private static String text(EntryKey key, byte[] value) {
        return Arrays.toString(key.bytes()) + "@" + key.time() + "#" + key.sequence() + "="
                + new String(value, StandardCharsets.UTF_8);
    }

    private static List<String> texts(Map<EntryKey, byte[]> map, Comparator<EntryKey> order, Direction direction) {
        var sorted = new TreeMap<EntryKey, byte[]>(direction == Direction.FORWARD ? order : order.reversed());
        sorted.putAll(map);
        return sorted.entrySet().stream()
                .map(entry -> text(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static EntryRange all(Sort sort, Direction direction) {
        return new EntryRange(sort, direction, Optional.empty(), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void isWhatSortedMapsAreThroughUpdatesRemovalsAndExpiry(long seed, BufferAllocator allocator) {
        // Given
        var random = new Random(seed);
        try (var table = new EntryTable(RETENTION, allocator)) {
            var twin = new TreeMap<EntryKey, byte[]>(BY_KEY);
            var shots = new ArrayList<EntrySnapshot>();
            var seen = new ArrayList<List<String>>();
            // When
            for (int step = 0; step < STEPS; step++) {
                long time = step / (STEPS / 100) + random.nextInt(8);
                byte[] bytes = new byte[random.nextInt(3)];
                random.nextBytes(bytes);
                var key = new EntryKey(bytes, time, random.nextInt(2));
                byte[] value = random.nextInt(4) == 0 ? null : utf8("v" + step);
                table.observe(time);
                long horizon = table.horizon();
                if (time >= horizon) {
                    table.put(key, value);
                    if (value == null) {
                        twin.remove(key);
                    } else {
                        twin.put(key, value);
                    }
                }
                if (step % (STEPS / 4) == STEPS / 4 - 1) {
                    twin.keySet().removeIf(old -> old.time() < horizon);
                    shots.add(table.snapshot(facts(table)));
                    seen.add(texts(twin, BY_SEGMENT, Direction.FORWARD));
                }
            }
            // Then
            assertThat(table.size()).isBetween(twin.size(), 2 * twin.size());
            assertThat(table.table().rows()).as("rows given up are dropped").isLessThan(4 * twin.size() + 16_384);
            for (Direction direction : Direction.values()) {
                assertThat(live(table, all(Sort.KEY, direction))).isEqualTo(texts(twin, BY_KEY, direction));
                assertThat(live(table, all(Sort.SEGMENT, direction))).isEqualTo(texts(twin, BY_SEGMENT, direction));
            }
            assertRanges(table, twin, random);
            for (int i = 0; i < shots.size(); i++) {
                assertThat(read(shots.get(i), shots.get(i).facts().visible(all(Sort.SEGMENT, Direction.FORWARD))))
                        .isEqualTo(seen.get(i));
                shots.get(i).release();
            }
        }
    }

    private static void assertRanges(EntryTable table, TreeMap<EntryKey, byte[]> twin, Random random) {
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[random.nextInt(3)];
            random.nextBytes(bytes);
            long from = 60 + random.nextInt(50);
            long to = from + random.nextInt(20);
            var direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
            var ofKey = new TreeMap<EntryKey, byte[]>(BY_KEY);
            var ofTime = new TreeMap<EntryKey, byte[]>(BY_KEY);
            twin.forEach((key, value) -> {
                if (key.time() >= from && key.time() <= to) {
                    ofTime.put(key, value);
                    if (Arrays.equals(key.bytes(), bytes)) {
                        ofKey.put(key, value);
                    }
                }
            });
            assertThat(live(table, EntryRange.of(bytes, from, to, direction)))
                    .isEqualTo(texts(ofKey, BY_KEY, direction));
            assertThat(live(table, EntryRange.of(from, to, direction, RETENTION)))
                    .isEqualTo(texts(ofTime, BY_SEGMENT, direction));
        }
    }

    @Test
    void cursorsGoOnThroughChanges(BufferAllocator allocator) {
        try (var table = new EntryTable(null, allocator)) {
            for (int i = 0; i < 2_000; i++) {
                table.put(EntryKey.plain(utf8(String.format("%05d", i))), utf8("old"));
            }
            var cursor = new EntryCursor(table, all(Sort.KEY, Direction.FORWARD));
            var seen = new ArrayList<String>();
            // When entries are removed, replaced and added before and behind it
            for (int i = 0; cursor.advance() >= 0; i++) {
                seen.add(new String(cursor.entry().key().bytes(), StandardCharsets.UTF_8));
                table.put(EntryKey.plain(utf8(String.format("%05d", i))), null);
                table.put(EntryKey.plain(utf8(String.format("%05d", i + 1))), utf8("new"));
                table.put(EntryKey.plain(utf8("0" + i)), utf8("before"));
                if (i == 1_000) {
                    table.put(EntryKey.plain(utf8("9")), utf8("behind"));
                }
            }
            // Then it has seen each that was there when it came by, in order
            assertThat(seen).isSorted().doesNotHaveDuplicates().contains("00000", "01000", "01999", "9");
        }
    }

    /** An entry as a test compares it. */
    private record Plain(String key, long time, long sequence, String value) {}

    private static List<Plain> plain(VectorSchemaRoot copied) {
        try (copied) {
            var rows = new ArrayList<Plain>();
            for (int i = 0; i < copied.getRowCount(); i++) {
                rows.add(new Plain(
                        new String((byte[]) copied.getVector("key").getObject(i), StandardCharsets.UTF_8),
                        (Long) copied.getVector("time").getObject(i),
                        (Long) copied.getVector("sequence").getObject(i),
                        new String((byte[]) copied.getVector("value").getObject(i), StandardCharsets.UTF_8)));
            }
            return rows;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void copiesWhatPlainListsHold(long seed, BufferAllocator allocator) {
        var random = new Random(seed);
        try (var table = new EntryTable(new Retention(3_000, 700), allocator)) {
            var twin = new TreeMap<EntryKey, String>(BY_KEY);
            long now = 0;
            for (int i = 0; i < 12_000; i++) {
                now += random.nextInt(2);
                table.observe(now);
                var key = new EntryKey(utf8("k" + random.nextInt(40)), now - random.nextInt(50), random.nextInt(2));
                if (key.time() >= 0) {
                    table.put(key, utf8("v" + i));
                    twin.put(key, "v" + i);
                }
            }
            long horizon = table.horizon();
            var live = twin.entrySet().stream()
                    .map(entry -> new Plain(
                            new String(entry.getKey().bytes(), StandardCharsets.UTF_8),
                            entry.getKey().time(),
                            entry.getKey().sequence(),
                            entry.getValue()))
                    .filter(entry -> entry.time() >= horizon)
                    .toList();
            EntrySnapshot snapshot = table.snapshot(facts(table));
            for (int i = 0; i < 40; i++) {
                long from = random.nextLong(now);
                long to = i % 5 == 0 ? Long.MAX_VALUE : from + random.nextInt(500);
                String first = "k" + random.nextInt(40);
                String last = i % 3 == 0 ? first : "k" + random.nextInt(40);
                var keys = new EntrySnapshot.Keys(
                        Optional.of(EntryKey.first(utf8(first))), Optional.of(EntryKey.behind(utf8(last))));
                var asked = live.stream()
                        .filter(entry -> entry.key().compareTo(first) >= 0
                                && entry.key().compareTo(last) <= 0
                                && entry.time() < to)
                        .toList();
                assertThat(plain(snapshot.copyBetween(keys, from, to, allocator)))
                        .isEqualTo(asked.stream()
                                .filter(entry -> entry.time() >= from)
                                .toList());
                var lastOf = new TreeMap<String, Plain>();
                asked.forEach(entry -> lastOf.put(entry.key(), entry));
                assertThat(plain(snapshot.copyLast(keys, to, allocator))).isEqualTo(List.copyOf(lastOf.values()));
            }
            snapshot.release();
        }
    }
}

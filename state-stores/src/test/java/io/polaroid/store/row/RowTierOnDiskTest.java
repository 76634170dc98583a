package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.store.Damage;
import io.polaroid.store.Floors;
import io.polaroid.store.RawRows;
import io.polaroid.store.RowTier;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.testsupport.Allocators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The row tier with a folder: what survives restarts, crashes, damage and lack of room. */
@ExtendWith(Allocators.class)
class RowTierOnDiskTest {
    private static final Duration RETENTION = Duration.ofSeconds(1);
    private static final TopicPartition TOPIC = new TopicPartition("rows", 0);
    private static final long UNKNOWN = -4;

    @TempDir
    Path folder;

    private final Properties properties = new Properties();

    private ArrowRowTier open(Path taskFolder, Duration retention, StoreLimits limits, BufferAllocator allocator) {
        var store = (ArrowRowTier)
                Stores.rowTier("rows", TextIntake.SCHEMA, TextIntake::new, retention, allocator, limits, Floors.NONE)
                        .build();
        var context = new MockProcessorContext<Object, Object>(properties, new TaskId(0, 0), taskFolder.toFile());
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private ArrowRowTier open(Path taskFolder, BufferAllocator allocator) {
        return open(taskFolder, RETENTION, new StoreLimits(), allocator);
    }

    private void writeOften() {
        properties.setProperty(SegmentSettings.SEGMENT_ROWS, "4096");
        properties.setProperty(SegmentSettings.INTERVAL_MS, "1");
    }

    private static Path files(Path taskFolder) {
        return taskFolder.resolve("polaroid").resolve("rows");
    }

    private static List<String> names(Path taskFolder) throws IOException {
        try (var files = Files.list(files(taskFolder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void apply(RowTier store, Feed.Event event) {
        store.apply(0, event.offset(), event.key(), event.value());
    }

    @Test
    void goesOnFromDiskAsIfItHadNeverStopped(BufferAllocator allocator) throws IOException {
        writeOften();
        for (long seed = 11; seed <= 12; seed++) {
            // Given a store that stops now and then, cleanly or by a crash, some records after its last commit
            var random = new SplittableRandom(seed);
            var events = Feed.random(seed, 15_000);
            var twin = new NaiveRows(RETENTION.toNanos());
            int life = 0;
            var store = open(folder.resolve(seed + "-0"), allocator);
            var resumed = new ArrayList<Long>();
            for (int i = 0; i < events.size(); i++) {
                // Now and then a frame of rows at once
                int last = random.nextInt(10) == 0 ? Math.min(events.size() - 1, i + random.nextInt(200)) : i;
                var frame = events.subList(i, last + 1);
                if (frame.size() > 1) {
                    store.applyAll(new Frame(frame));
                } else {
                    apply(store, events.get(i));
                }
                frame.forEach(event -> twin.apply(event.offset(), event.key(), event.value()));
                i = last;
                if (random.nextInt(30) == 0) {
                    store.flushCache();
                }
                // When it starts again from what its folder holds, and the topic from there
                if (random.nextInt(250) == 0) {
                    boolean crash = random.nextBoolean();
                    long committed = store.status().committedOffset();
                    store = restart(store, seed, life++, crash, allocator);
                    long onDisk = store.committedOffset(TOPIC);
                    if (!crash) {
                        assertThat(onDisk).isEqualTo(committed < 0 ? UNKNOWN : committed);
                    }
                    resumed.add(onDisk);
                    for (Feed.Event event : events.subList(0, i + 1)) {
                        if (event.offset() > onDisk) {
                            apply(store, event);
                        }
                    }
                    ArrowRowTierTest.assertAgrees(store, twin, seed, allocator);
                }
            }
            // Then it is as if it had been one life
            ArrowRowTierTest.assertAgrees(store, twin, seed, allocator);
            store.close();
            assertThat(resumed)
                    .as("offsets found on disk")
                    .anyMatch(offset -> offset > events.getFirst().offset());
        }
    }

    private record Frame(List<Feed.Event> events) implements RawRows {
        @Override
        public int partition() {
            return 0;
        }

        @Override
        public int size() {
            return events.size();
        }

        @Override
        public long offset(int index) {
            return events.get(index).offset();
        }

        @Override
        public byte[] key(int index) {
            return events.get(index).key();
        }

        @Override
        public byte[] value(int index) {
            return events.get(index).value();
        }

        @Override
        public byte[] keyBytes(int index) {
            return key(index);
        }

        @Override
        public int keyFrom(int index) {
            return 0;
        }

        @Override
        public int keyLength(int index) {
            return key(index) == null ? -1 : key(index).length;
        }

        @Override
        public byte[] valueBytes(int index) {
            return value(index);
        }

        @Override
        public int valueFrom(int index) {
            return 0;
        }

        @Override
        public int valueLength(int index) {
            return value(index) == null ? -1 : value(index).length;
        }
    }

    private ArrowRowTier restart(ArrowRowTier store, long seed, int life, boolean crash, BufferAllocator allocator)
            throws IOException {
        Path now = folder.resolve(seed + "-" + life);
        Path next = folder.resolve(seed + "-" + (life + 1));
        if (crash) {
            copy(files(now), files(next));
            store.close();
        } else {
            store.close();
            Files.move(now, next);
        }
        return open(next, allocator);
    }

    /** What a crash leaves: the folder as it is while the store is at work. */
    private static void copy(Path source, Path target) throws IOException {
        Files.createDirectories(target);
        if (!Files.isDirectory(source)) {
            return;
        }
        try (var files = Files.list(source)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                try {
                    Files.copy(file, target.resolve(file.getFileName().toString()));
                } catch (java.nio.file.NoSuchFileException deletedMeanwhile) {
                    assertThat(file).doesNotExist();
                }
            }
        }
    }

    @Test
    void writesNothingThatIsNotCommitted(BufferAllocator allocator) {
        writeOften();
        var events = Feed.random(3, 6_000);
        var store = open(folder, allocator);
        events.subList(0, 5_000).forEach(event -> apply(store, event));
        store.flushCache();
        events.subList(5_000, 6_000).forEach(event -> apply(store, event));
        store.close();
        var next = open(folder, allocator);
        assertThat(next.committedOffset(TOPIC)).isEqualTo(lastWithKey(events.subList(0, 5_000)));
        assertThat(next.lastOffset()).isEqualTo(next.committedOffset(TOPIC));
        next.close();
    }

    @Test
    void countsRowsAndNotOffsetsToSeeWhenToWrite(BufferAllocator allocator) {
        // Given a store that writes after so many rows, and rows whose offsets lie far apart, as those of records of
        // many rows do
        properties.setProperty(SegmentSettings.SEGMENT_ROWS, "4096");
        properties.setProperty(SegmentSettings.INTERVAL_MS, "3600000");
        var events = Feed.random(5, 12_000);
        var store = open(folder, allocator);
        int i = 0;
        for (; store.status().rows() < 4_000; i++) {
            var event = events.get(i);
            store.apply(0, event.offset() << 20, event.key(), event.value());
            // When it hears of commits
            if (i % 100 == 0) {
                store.flushCache();
            }
        }
        // Then it writes nothing before it has so many rows
        assertThat(files(folder)).doesNotExist();
        for (; store.status().rows() < 4_200; i++) {
            var event = events.get(i);
            store.apply(0, event.offset() << 20, event.key(), event.value());
            store.flushCache();
        }
        assertThat(files(folder)).exists();
        store.close();
    }

    private static long lastWithKey(List<Feed.Event> events) {
        return events.stream()
                .filter(event -> event.key() != null)
                .reduce((first, second) -> second)
                .orElseThrow()
                .offset();
    }

    private static ArrowRowTier committed(ArrowRowTier store) {
        store.flushCache();
        return store;
    }

    @ParameterizedTest
    @EnumSource
    void startsEmptyFromADamagedFolderAndIsRebuiltFromTheTopic(Damage damage, BufferAllocator allocator)
            throws IOException {
        // Given a folder with a segment, its index and a tail
        writeOften();
        var events = Feed.random(5, 9_000);
        var twin = new NaiveRows(RETENTION.toNanos());
        var store = open(folder, allocator);
        for (Feed.Event event : events) {
            apply(store, event);
            twin.apply(event.offset(), event.key(), event.value());
        }
        store.flushCache();
        store.close();
        assertThat(names(folder)).hasSizeGreaterThanOrEqualTo(4);
        // When something happens to it
        damage.on(files(folder));
        // Then the store starts empty, asks for the whole topic, and comes to the same state
        var rebuilt = open(folder, allocator);
        assertThat(rebuilt.committedOffset(TOPIC)).isEqualTo(UNKNOWN);
        assertThat(names(folder)).isEmpty();
        assertThat(rebuilt.seriesKeys()).isEmpty();
        events.forEach(event -> apply(rebuilt, event));
        ArrowRowTierTest.assertAgrees(rebuilt, twin, 5, allocator);
        rebuilt.close();
        var again = open(folder, allocator);
        assertThat(again.committedOffset(TOPIC)).isEqualTo(twin.lastOffset);
        again.close();
    }

    @Test
    void startsEmptyIfTheFolderIsOfOtherColumns(BufferAllocator allocator) {
        var store = open(folder, allocator);
        Feed.random(5, 100).forEach(event -> apply(store, event));
        store.flushCache();
        store.close();
        var fewer = new org.apache.arrow.vector.types.pojo.Schema(
                TextIntake.SCHEMA.getFields().subList(0, 4));
        var other = (ArrowRowTier) Stores.rowTier("rows", fewer, TextIntake::new, RETENTION, allocator)
                .build();
        var context = new MockProcessorContext<Object, Object>(properties, new TaskId(0, 0), folder.toFile());
        other.init(context.getStateStoreContext(), other);
        assertThat(other.committedOffset(TOPIC)).isEqualTo(UNKNOWN);
        other.close();
    }

    @Test
    void forgetsWhenToldSoAndWritesNoMore(BufferAllocator allocator) throws IOException {
        for (Map<TopicPartition, Long> told :
                List.of(Map.<TopicPartition, Long>of(), Collections.singletonMap(TOPIC, (Long) null))) {
            var store = open(folder, allocator);
            Feed.random(5, 100).forEach(event -> apply(store, event));
            store.flushCache();
            store.close();
            var next = open(folder, allocator);
            assertThat(next.committedOffset(TOPIC)).isNotNegative();
            next.commit(told);
            assertThat(next.committedOffset(TOPIC)).isEqualTo(UNKNOWN);
            next.flushCache();
            next.close();
            assertThat(names(folder)).isEmpty();
        }
    }

    @Test
    void opensTwiceAsKafkaStreamsDoesAtStart(BufferAllocator allocator) {
        var store = open(folder, allocator);
        Feed.random(5, 100).forEach(event -> apply(store, event));
        store.flushCache();
        store.close();
        var first = open(folder, allocator);
        first.commit(Map.of(TOPIC, first.committedOffset(TOPIC)));
        long found = first.committedOffset(TOPIC);
        first.close();
        var second = open(folder, allocator);
        assertThat(second.committedOffset(TOPIC)).isEqualTo(found);
        assertThat(second.persistent()).isTrue();
        second.close();
    }

    @Test
    void staysAsItIsWithoutRows(BufferAllocator allocator) {
        var store = open(folder, allocator);
        assertThat(store.committedOffset(TOPIC)).isEqualTo(UNKNOWN);
        store.commit(Map.of(TOPIC, UNKNOWN));
        store.flushCache();
        store.close();
        var next = open(folder, allocator);
        assertThat(next.committedOffset(TOPIC)).isEqualTo(UNKNOWN);
        next.close();
    }

    @Test
    void letsOldSegmentsGo(BufferAllocator allocator) throws IOException {
        writeOften();
        var limits = new StoreLimits();
        var store = open(folder, RETENTION, limits, allocator);
        long most = 0;
        int i = 0;
        for (Feed.Event event : Feed.random(8, 60_000)) {
            apply(store, event);
            if (++i % 1_000 == 0) {
                store.flushCache();
                most = Math.max(most, limits.disk());
            }
        }
        store.close();
        assertThat(limits.disk()).as("a closed store has none").isZero();
        assertThat(limits.memory()).isZero();
        var next = open(folder, RETENTION, limits, allocator);
        assertThat(limits.disk()).isPositive();
        assertThat(most).as("60,000 rows take some 8 MB").isLessThan(6_000_000);
        next.close();
    }

    @Test
    void saysThatTheDiskIsFullAndKeepsWhatItHas(BufferAllocator allocator) {
        // Given little memory and little disk
        writeOften();
        properties.setProperty(StoreLimits.MEMORY_BYTES, "1800000");
        properties.setProperty(StoreLimits.DISK_BYTES, "700000");
        var retention = Duration.ofHours(1);
        var events = Feed.random(9, 40_000);
        var store = open(folder, retention, new StoreLimits(), allocator);
        var taken = new ArrayList<Feed.Event>();
        // When rows keep coming, then the store fails and says why
        assertThatThrownBy(() -> {
                    for (Feed.Event event : events) {
                        apply(store, event);
                        taken.add(event);
                        if (taken.size() % 500 == 0) {
                            store.flushCache();
                        }
                    }
                })
                .isInstanceOf(ProcessorStateException.class)
                .hasMessageContaining(StoreLimits.DISK_BYTES)
                .hasMessageContaining("free disk space or raise a limit");
        store.close();
        // And what it had written is right: with more room it goes on from there
        properties.remove(StoreLimits.MEMORY_BYTES);
        properties.remove(StoreLimits.DISK_BYTES);
        var next = open(folder, retention, new StoreLimits(), allocator);
        assertThat(next.committedOffset(TOPIC)).isPositive();
        var twin = new NaiveRows(retention.toNanos());
        for (Feed.Event event : taken) {
            twin.apply(event.offset(), event.key(), event.value());
            if (event.offset() > next.lastOffset() && event.key() != null) {
                apply(next, event);
            }
        }
        ArrowRowTierTest.assertSameSnapshot(committed(next), twin, allocator);
        next.close();
    }
}

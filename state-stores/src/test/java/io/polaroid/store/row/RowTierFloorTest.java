package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Floors;
import io.polaroid.store.Floors.Floor;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.testsupport.Allocators;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row tier that loses its folder begins where a floor says, and is as if it had lost nothing. */
@ExtendWith(Allocators.class)
class RowTierFloorTest {
    private static final Duration RETENTION = Duration.ofSeconds(1);
    private static final TopicPartition TOPIC = new TopicPartition("rows", 0);
    private static final long UNKNOWN = -4;

    @TempDir
    Path folder;

    private final Properties properties = new Properties();
    private int lives;

    /** A store with what Kafka Streams would restore it through. */
    private record Life(ArrowRowTier store, RecordBatchingStateRestoreCallback restore, Path folder) {}

    private Life open(Path taskFolder, Duration retention, Floors floors, BufferAllocator allocator) {
        var store = (ArrowRowTier) Stores.rowTier(
                        "rows", TextIntake.SCHEMA, TextIntake::new, retention, allocator, new StoreLimits(), floors)
                .build();
        var context = new MockProcessorContext<Object, Object>(properties, new TaskId(0, 0), taskFolder.toFile());
        var callbacks = new ArrayList<RecordBatchingStateRestoreCallback>();
        store.init(registering(context.getStateStoreContext(), callbacks), store);
        return new Life(store, callbacks.getFirst(), taskFolder);
    }

    /** A context that hands out what is registered with it. */
    private static StateStoreContext registering(
            StateStoreContext context, List<RecordBatchingStateRestoreCallback> callbacks) {
        return (StateStoreContext) Proxy.newProxyInstance(
                RowTierFloorTest.class.getClassLoader(),
                new Class<?>[] {StateStoreContext.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("register")) {
                        callbacks.add((RecordBatchingStateRestoreCallback) arguments[1]);
                        return null;
                    }
                    return method.invoke(context, arguments);
                });
    }

    private Path nextFolder() {
        return folder.resolve("life" + lives++);
    }

    private void floorsEvery(int rows) {
        properties.setProperty(RowFloors.ROWS, Integer.toString(rows));
    }

    private static List<Feed.Event> from(List<Feed.Event> events, int end, long offset) {
        return events.subList(0, end).stream()
                .filter(event -> event.offset() > offset)
                .toList();
    }

    /** As Kafka Streams restores: without records that have no key, in batches of any size. */
    private static void restore(Life life, List<Feed.Event> events, SplittableRandom random) {
        for (int i = 0; i < events.size(); ) {
            int to = Math.min(events.size(), i + random.nextInt(1, 1_500));
            life.restore()
                    .restoreBatch(events.subList(i, to).stream()
                            .filter(event -> event.key() != null)
                            .map(event -> new ConsumerRecord<>("rows", 0, event.offset(), event.key(), event.value()))
                            .toList());
            i = to;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void isAsIfNeverLostWhereverItLosesItsFolder(long seed, BufferAllocator allocator) throws IOException {
        // Given a store whose commits fail now and then
        floorsEvery(400);
        properties.setProperty(SegmentSettings.SEGMENT_ROWS, "4096");
        properties.setProperty(SegmentSettings.INTERVAL_MS, "1");
        var random = new SplittableRandom(seed);
        var events = Feed.random(seed, 14_000);
        var floors = new FloorsInMemory();
        var twin = new NaiveRows(RETENTION.toNanos());
        var life = open(nextFolder(), RETENTION, floors, allocator);
        var begins = new ArrayList<Long>();
        int committed = 0;
        int at = 0;
        while (committed < events.size()) {
            int to = Math.min(events.size(), at + random.nextInt(1, 60));
            for (var event : events.subList(at, to)) {
                life.store().apply(0, event.offset(), event.key(), event.value());
            }
            at = to;
            if (random.nextInt(3) > 0 && at < events.size()) {
                continue;
            }
            life.store().flushCache();
            if (random.nextInt(40) > 0) {
                floors.commit();
                for (var event : events.subList(committed, at)) {
                    twin.apply(event.offset(), event.key(), event.value());
                }
                committed = at;
                continue;
            }
            // When the commit fails and the folder is lost, and again while that is restored, with a manifest or
            // without one
            floors.abort();
            life.store().close();
            floors.unseen = random.nextInt(3);
            life = open(nextFolder(), RETENTION, floors, allocator);
            begins.add(life.store().committedOffset(TOPIC));
            if (random.nextBoolean()) {
                var read = from(events, committed, life.store().lastOffset());
                restore(life, read.subList(0, random.nextInt(read.size() + 1)), random);
                life.store().close();
                life = open(random.nextBoolean() ? life.folder() : nextFolder(), RETENTION, floors, allocator);
            }
            restore(life, from(events, committed, life.store().committedOffset(TOPIC)), random);
            at = committed;
            // Then it is as if it had never lost anything
            ArrowRowTierTest.assertAgrees(life.store(), twin, seed, allocator);
            floors.abort();
        }
        ArrowRowTierTest.assertAgrees(life.store(), twin, seed, allocator);
        life.store().close();
        assertThat(begins).as("offsets that restores began behind").anyMatch(begin -> begin > 0);
    }

    @Test
    void beginsAboutWhereRetentionDoes(BufferAllocator allocator) {
        floorsEvery(500);
        var events = Feed.random(5, 20_000);
        var floors = new FloorsInMemory();
        var life = open(nextFolder(), RETENTION, floors, allocator);
        for (int i = 0; i < events.size(); i++) {
            var event = events.get(i);
            life.store().apply(0, event.offset(), event.key(), event.value());
            if (i % 100 == 0) {
                life.store().flushCache();
                floors.commit();
            }
        }
        long expired = life.store().series("S1").offset(0);
        life.store().close();
        var next = open(nextFolder(), RETENTION, floors, allocator);
        assertThat(next.store().committedOffset(TOPIC)).isBetween(expired - 3_000, expired);
        next.store().close();
    }

    @Test
    void keepsTheLastRowOfSeriesThatAreQuiet(BufferAllocator allocator) {
        // Given a series with one row at the very beginning, and another feed for long after that
        floorsEvery(300);
        var floors = new FloorsInMemory();
        var life = open(nextFolder(), RETENTION, floors, allocator);
        var events = new ArrayList<Feed.Event>();
        long start = 1_700_000_000_000_000_000L;
        for (int i = 0; i < 9_000; i++) {
            byte[] series = (i == 0 ? "quiet" : "busy").getBytes(StandardCharsets.UTF_8);
            events.add(new Feed.Event(
                    i,
                    series,
                    TextIntake.value(start + i * 1_000_000L, "i" + i, 1.0 * i, i, i == 0 ? "far" : null, true, "1.5")));
        }
        for (var event : events) {
            life.store().apply(0, event.offset(), event.key(), event.value());
            if (event.offset() % 50 == 0) {
                life.store().flushCache();
                floors.commit();
            }
        }
        life.store().close();
        // When it is restored, and the restored one again
        for (int again = 0; again < 2; again++) {
            life = open(nextFolder(), RETENTION, floors, allocator);
            long begin = life.store().committedOffset(TOPIC);
            assertThat(begin).isGreaterThan(5_000);
            restore(life, from(events, events.size(), begin), new SplittableRandom(1));
            // Then the row is there
            var quiet = life.store().series("quiet");
            assertThat(quiet.size()).isEqualTo(1);
            assertThat(quiet.offset(0)).isZero();
            assertThat(quiet.row(0).valueAt(4)).isEqualTo("far");
            life.store().flushCache();
            floors.commit();
            life.store().close();
        }
    }

    @Test
    void beginsWithTheTopicWhenAFloorIsDamagedOrOfAShorterRetentionOrARestoreFailed(BufferAllocator allocator) {
        floorsEvery(300);
        var events = Feed.random(7, 9_000);
        var floors = new FloorsInMemory();
        var life = open(nextFolder(), RETENTION, floors, allocator);
        for (var event : events) {
            life.store().apply(0, event.offset(), event.key(), event.value());
            if (event.offset() % 50 == 0) {
                life.store().flushCache();
                floors.commit();
            }
        }
        life.store().close();
        var random = new SplittableRandom(7);
        for (int i = 0; i < 20; i++) {
            floors.onTheWay = floor -> new Floor(floor.begin(), floor.until(), damaged(floor.state(), random));
            assertBegin(RETENTION, floors, allocator, true);
        }
        floors.onTheWay = floor -> floor;
        assertBegin(RETENTION.plusMillis(1), floors, allocator, true);
        assertBegin(RETENTION.minusMillis(500), floors, allocator, false);
        // A restore that Kafka Streams gave up: the same store begins anew
        life = open(nextFolder(), RETENTION, floors, allocator);
        assertThat(life.store().committedOffset(TOPIC)).isPositive();
        life.store().commit(Collections.singletonMap(TOPIC, null));
        assertThat(life.store().committedOffset(TOPIC)).isEqualTo(UNKNOWN);
        var context = new MockProcessorContext<Object, Object>(
                properties, new TaskId(0, 0), life.folder().toFile());
        life.store().init(context.getStateStoreContext(), life.store());
        assertThat(life.store().committedOffset(TOPIC)).isEqualTo(UNKNOWN);
        life.store().close();
        assertThat(Files.exists(life.folder().resolve("polaroid/rows/manifest")))
                .isFalse();
    }

    @Test
    void anOldFolderGivesWayToANewerFloorAndNotToAnOlderOne(BufferAllocator allocator) throws Exception {
        // Given a folder of a process that was away while another wrote floors
        floorsEvery(300);
        properties.setProperty(SegmentSettings.INTERVAL_MS, "1");
        var events = Feed.random(9, 12_000);
        var floors = new FloorsInMemory();
        var twin = new NaiveRows(RETENTION.toNanos());
        var away = open(nextFolder(), RETENTION, Floors.NONE, allocator);
        events.subList(0, 800).forEach(event -> away.store().apply(0, event.offset(), event.key(), event.value()));
        away.store().flushCache();
        away.store().commit(Map.of(TOPIC, 0L));
        away.store().close();
        var present = open(nextFolder(), RETENTION, floors, allocator);
        long onDisk = -1;
        for (int i = 0; i < events.size(); i++) {
            var event = events.get(i);
            present.store().apply(0, event.offset(), event.key(), event.value());
            twin.apply(event.offset(), event.key(), event.value());
            if (i % 100 == 0 || i == events.size() - 1) {
                present.store().flushCache();
                floors.commit();
                onDisk = event.offset();
            }
        }
        present.store().close();
        // When either starts again
        Files.setLastModifiedTime(manifest(away), FileTime.from(Instant.EPOCH));
        Files.setLastModifiedTime(manifest(present), FileTime.from(Instant.EPOCH));
        var back = open(away.folder(), RETENTION, floors, allocator);
        var again = open(present.folder(), RETENTION, floors, allocator);
        // Then the one begins at the floor, without what it had, and the other goes on from what it has
        long floor = floors.committed.getLast().begin();
        assertThat(back.store().committedOffset(TOPIC))
                .isEqualTo(floor)
                .isGreaterThan(events.get(800).offset());
        assertThat(manifest(away)).doesNotExist();
        assertThat(again.store().committedOffset(TOPIC)).isEqualTo(onDisk).isGreaterThan(floor);
        restore(back, from(events, events.size(), floor), new SplittableRandom(9));
        ArrowRowTierTest.assertAgrees(back.store(), twin, 9, allocator);
        ArrowRowTierTest.assertAgrees(again.store(), twin, 9, allocator);
        back.store().close();
        again.store().close();
        // And so it is after another stop
        var last = open(back.folder(), RETENTION, Floors.NONE, allocator);
        ArrowRowTierTest.assertAgrees(last.store(), twin, 9, allocator);
        last.store().close();
    }

    private static Path manifest(Life life) {
        return life.folder().resolve("polaroid/rows/manifest");
    }

    private void assertBegin(Duration retention, Floors floors, BufferAllocator allocator, boolean unknown) {
        var life = open(nextFolder(), retention, floors, allocator);
        assertThat(life.store().committedOffset(TOPIC) == UNKNOWN).isEqualTo(unknown);
        assertThat(life.store().lastOffset() < 0).isEqualTo(unknown);
        life.store().close();
    }

    private static byte[] damaged(byte[] bytes, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        byte[] damaged = bytes.clone();
        damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return damaged;
    }
}

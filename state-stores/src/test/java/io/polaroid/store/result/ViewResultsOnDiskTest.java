package io.polaroid.store.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Damage;
import io.polaroid.store.OpenScans;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.column.TableView;
import io.polaroid.store.result.NaiveResults.Cells;
import io.polaroid.store.result.NaiveResults.Key;
import io.polaroid.store.segment.SegmentStore;
import io.polaroid.testsupport.Allocators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that go to disk, change there, expire, and come back after a stop together with the rest of the changelog. */
@ExtendWith(Allocators.class)
class ViewResultsOnDiskTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private final StoreLimits limits = new StoreLimits();

    private record Logged(byte[] key, byte[] value) {}

    private final List<Logged> topic = new ArrayList<>();
    private final NaiveResults twin = new NaiveResults();
    private long now = 1_700_000_000L * SECOND;

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, 4_000_000})
    void agreesWithASortedMapThroughStopsAndSpills(long memory, BufferAllocator allocator) {
        limits.configure(Map.of(StoreLimits.MEMORY_BYTES, memory));
        var random = new SplittableRandom(memory);
        var scans = new OpenScans(allocator);
        var life = new ResultLife(folder, limits, allocator);
        int resumed = 0;
        for (int step = 0; step < 60_000; step++) {
            change(life.store, random);
            if (random.nextInt(400) == 0) {
                life.disk.makeRoom();
                life.store.reached(step, now);
                life.store.write((key, value) -> topic.add(new Logged(key, value)));
                life.disk.committed(topic.size() - 1, life::view, life.store::toBytes);
                lend(life, scans, random);
            }
            if (random.nextInt(12_000) == 0) {
                // When it stops after a commit, with or without time to write what it has
                flush(life, step);
                boolean clean = random.nextBoolean();
                if (clean) {
                    life.disk.writeLast(topic.size() - 1, life::view, life.store::toBytes);
                }
                life.close();
                life = new ResultLife(folder, limits, allocator);
                resumed += life.disk.offset() > 0 ? 1 : 0;
                assertThat(life.disk.offset()).isEqualTo(clean ? topic.size() - 1 : life.disk.offset());
                for (Logged record : topic.subList((int) Math.max(0, life.disk.offset() + 1), topic.size())) {
                    life.store.restore(record.key(), record.value());
                }
                assertSame(life.store);
            }
        }
        flush(life, 60_000);
        assertSame(life.store);
        life.close();
        scans.close();
        assertThat(resumed).isPositive();
        assertThat(limits.memory()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*INDEX.*")
    void isRebuiltFromItsChangelogWhenAFileIsDamaged(Damage damage, BufferAllocator allocator) throws IOException {
        // Given a folder with a segment and a tail
        limits.configure(Map.of(StoreLimits.MEMORY_BYTES, 2_000_000));
        var random = new SplittableRandom(damage.ordinal());
        try (var life = new ResultLife(folder, limits, allocator)) {
            for (int step = 0; step < 25_000; step++) {
                change(life.store, random);
                if (step % 400 == 0) {
                    life.disk.makeRoom();
                    flush(life, step);
                    life.disk.committed(topic.size() - 1, life::view, life.store::toBytes);
                }
            }
            flush(life, 25_000);
            life.disk.writeLast(topic.size() - 1, life::view, life.store::toBytes);
        }
        // Which has nothing more than its manifest names, as after a start
        new ResultLife(folder, limits, allocator).close();
        try (var files = Files.list(folder)) {
            assertThat(files).hasSizeGreaterThanOrEqualTo(3);
        }
        // When something happens to it
        damage.on(folder);
        // Then the tier finds that, starts empty, and comes to the same results from the changelog
        try (var life = new ResultLife(folder, limits, allocator)) {
            assertThat(life.disk.offset()).isEqualTo(SegmentStore.UNKNOWN_OFFSET);
            assertThat(folder).isEmptyDirectory();
            assertThat(NaiveResults.of(life.store)).isEmpty();
            topic.forEach(record -> life.store.restore(record.key(), record.value()));
            assertSame(life.store);
            life.disk.writeLast(topic.size() - 1, life::view, life.store::toBytes);
        }
        // And the folder is whole again
        try (var life = new ResultLife(folder, limits, allocator)) {
            assertThat(life.disk.offset()).isEqualTo(topic.size() - 1);
            assertSame(life.store);
        }
    }

    /** What was lent shows what a copy does, however the store goes on. */
    private static void lend(ResultLife life, OpenScans scans, SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            TableView view = life.store.view();
            var rows = life.store.copies().read(0, view, life.store.facts());
            scans.add(rows.snapshot(life.allocator), rows.scan(scans.allocator()));
            view.release();
        }
        if (scans.waiting() > 4) {
            scans.readOne(random);
        }
    }

    private void flush(ResultLife life, long offset) {
        life.store.reached(offset, now);
        life.store.write((key, value) -> topic.add(new Logged(key, value)));
    }

    private void change(ViewResults store, SplittableRandom random) {
        now += random.nextLong(SECOND / 50);
        if (random.nextInt(1_000) == 0) {
            long time = now - random.nextLong(100, 300) * SECOND;
            store.expireBefore(time);
            twin.expireBefore(time);
            return;
        }
        long back = random.nextInt(20) == 0 ? random.nextLong(300) : random.nextLong(2);
        long time = (now / SECOND - back) * SECOND;
        if (time < twin.horizon) {
            return;
        }
        var key = new Key("S" + random.nextInt(30), time, random.nextInt(4));
        int found = store.rows().find(key.series(), key.time(), key.sequence());
        if (found >= 0 != twin.rows.containsKey(key)) {
            throw new AssertionError(key + " found at " + found);
        }
        int row = found >= 0 ? found : store.insert(key.series(), key.time(), key.sequence());
        Cells cells = twin.rows.computeIfAbsent(key, k -> new Cells());
        cells.results[2] = random.nextDouble();
        store.rows().set(row, 2, cells.results[2]);
        cells.results[3] = random.nextBoolean() ? null : "status " + random.nextInt(1_000);
        store.rows().set(row, 3, cells.results[3]);
        int slot = random.nextInt(Results.LONGS);
        cells.longs[slot] += random.nextInt(9);
        store.rows().slots(row).setLong(slot, cells.longs[slot]);
    }

    private void assertSame(ViewResults store) {
        assertThat(NaiveResults.of(store)).isEqualTo(twin.rows);
        assertThat(store.state().horizon()).isEqualTo(twin.horizon);
        assertThat(store.isWhole()).isTrue();
    }
}

package io.polaroid.store.spill;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.StoreLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays that go to files and back are as if they had stayed. */
class SpillTest {
    @TempDir
    Path folder;

    private static StoreLimits full() {
        var limits = new StoreLimits();
        limits.configure(Map.of(StoreLimits.MEMORY_BYTES, 1));
        limits.changeMemory(10);
        return limits;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void intsAreThoseOfAList(long seed) {
        // Given arrays of one room, each with its twin
        var random = new SplittableRandom(seed);
        var limits = full();
        var spill = new Spill(folder, limits);
        var arrays = new ArrayList<SpillInts>();
        var twins = new ArrayList<List<Integer>>();
        for (int i = 0; i < 20; i++) {
            arrays.add(new SpillInts(spill));
            twins.add(new ArrayList<>());
        }
        for (int step = 0; step < 60_000; step++) {
            // The lower ones grow more
            int at = random.nextInt(1 + random.nextInt(arrays.size()));
            var array = arrays.get(at);
            var twin = twins.get(at);
            int what = random.nextInt(10_000);
            if (what < 7_000) {
                array.add(step);
                twin.add(step);
            } else if (what < 9_900) {
                int place =
                        twin.size() - random.nextInt(1 + Math.min(twin.size(), random.nextInt(10) == 0 ? 5_000 : 9));
                array.insert(place, step);
                twin.add(place, step);
            } else if (what < 9_980) {
                array.spill();
            } else if (what < 9_990 && !twin.isEmpty()) {
                int place = random.nextInt(twin.size());
                array.set(place, -step);
                twin.set(place, -step);
            } else if (what < 9_999) {
                int kept = random.nextInt(6);
                array.renumber(value -> Math.floorMod(value, 6) < kept ? -1 : value + 1);
                twin.removeIf(value -> Math.floorMod(value, 6) < kept);
                twin.replaceAll(value -> value + 1);
                twin.removeIf(value -> value < 0);
                array.renumber(value -> value < 0 ? -1 : value);
            } else {
                array.clear();
                twin.clear();
            }
            if (step % 500 == 0) {
                assertEqual(arrays, twins);
            }
        }
        arrays.forEach(SpillInts::spill);
        assertEqual(arrays, twins);
        // And nothing of it is on the heap but a few bytes a page
        int ints = twins.stream().mapToInt(List::size).sum();
        assertThat(spill.heapBytes()).isLessThan(20 * 64 + ints / 64);
        assertThat(spill.fileBytes()).isPositive().isEqualTo(limits.disk());
        assertThat(folder).isEmptyDirectory();
        spill.close();
        assertThat(limits.disk()).isZero();
    }

    private static void assertEqual(List<SpillInts> arrays, List<List<Integer>> twins) {
        for (int i = 0; i < arrays.size(); i++) {
            var values = new ArrayList<Integer>();
            arrays.get(i).forEach(values::add);
            assertThat(values).isEqualTo(twins.get(i));
        }
    }

    @Test
    void longsAreZerosAtFirstWhereverTheyLie() {
        var spill = new Spill(folder, full());
        for (int life = 0; life < 3; life++) {
            var inFile = SpillLongs.of(spill, 1 << 16);
            var moved = SpillLongs.of(spill, 1 << 10);
            for (int i = 0; i < inFile.length(); i++) {
                assertThat(inFile.get(i)).isZero();
                inFile.set(i, i * 0x9E3779B97F4A7C15L);
            }
            for (int i = 0; i < moved.length(); i++) {
                assertThat(moved.get(i)).isZero();
                moved.set(i, ~i);
            }
            assertThat(spill.heapBytes()).isBetween(8L << 10, 9L << 10);
            moved.spill();
            assertThat(spill.heapBytes()).isLessThan(1L << 10);
            for (int i = 0; i < inFile.length(); i++) {
                assertThat(inFile.get(i)).isEqualTo(i * 0x9E3779B97F4A7C15L);
            }
            for (int i = 0; i < moved.length(); i++) {
                assertThat(moved.get(i)).isEqualTo(~i);
            }
            inFile.free();
            moved.free();
            assertThat(spill.heapBytes()).isZero();
        }
        // Room that was given back is taken again
        assertThat(spill.fileBytes()).isEqualTo(4L << 20);
        spill.close();
    }

    @Test
    void withoutRoomOnDiskAllStaysOnTheHeap() {
        var limits = full();
        limits.configure(Map.of(StoreLimits.DISK_BYTES, 1_000));
        var spill = new Spill(folder, limits);
        var ints = new SpillInts(spill);
        for (int i = 0; i < 100_000; i++) {
            ints.add(i);
        }
        assertThat(spill.isDue()).isTrue();
        ints.spill();
        assertThat(spill.isDue()).as("it does not try again and again").isFalse();
        var longs = SpillLongs.of(spill, 1 << 16);
        longs.set(77, 7);
        assertThat(longs.get(77)).isEqualTo(7);
        for (int i = 0; i < 100_000; i++) {
            assertThat(ints.get(i)).isEqualTo(i);
        }
        assertThat(limits.disk()).isZero();
        assertThat(spill.heapBytes()).isGreaterThan(900_000);
        spill.close();
    }

    @Test
    void withMemoryNothingGoesToDisk() {
        var spill = new Spill(folder, new StoreLimits());
        var ints = new SpillInts(spill);
        for (int i = 0; i < 1_000_000; i++) {
            ints.add(i);
        }
        assertThat(spill.isDue()).isFalse();
        assertThat(spill.isDueUntold()).isFalse();
        assertThat(SpillLongs.of(spill, 1 << 20).length()).isEqualTo(1 << 20);
        assertThat(spill.fileBytes()).isZero();
        spill.close();
    }
}

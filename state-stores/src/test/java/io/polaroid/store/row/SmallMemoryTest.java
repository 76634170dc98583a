package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Floors;
import io.polaroid.store.RowIntake;
import io.polaroid.store.RowTier;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.row.ArrayRow;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A row tier that holds far more rows than it may have memory. */
@ExtendWith(Allocators.class)
class SmallMemoryTest {
    private static final long LIMIT = 8_000_000;
    private static final int ROWS = 600_000;
    private static final int SERIES = 20;
    private static final long BASE = 1_700_000_000_000_000_000L;
    private static final Schema SCHEMA = new Schema(List.of(
            field("a", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("b", new ArrowType.Int(64, true)),
            field("c", new ArrowType.Int(64, true)),
            field("d", new ArrowType.Int(64, true)),
            field("note", new ArrowType.Utf8())));

    @TempDir
    Path folder;

    private static Field field(String name, ArrowType type) {
        return new Field(name, FieldType.nullable(type), null);
    }

    /** A row is (time, id); its cells follow from the id. */
    private static RowIntake.Intake admit(byte[] key, byte[] value) {
        var bytes = ByteBuffer.wrap(value);
        long time = bytes.getLong();
        long id = bytes.getLong();
        // Every third id is a text, so that both kinds of ids go to disk.
        String feedId = id % 3 == 0 ? "x" + id : Long.toString(id);
        return new RowIntake.RowIn(new String(key, StandardCharsets.UTF_8), time, feedId, cells(id));
    }

    private static ArrayRow cells(long id) {
        return ArrayRow.of(id / 4.0, id, -id, id * 7, "a note on row number " + id + ", as notes are");
    }

    private static ArrowRowTier closed(BufferAllocator allocator, StoreLimits limits) {
        RowIntake.Factory intakes = () -> (partition, key, value) -> admit(key, value);
        return (ArrowRowTier)
                Stores.rowTier("rows", SCHEMA, intakes, Duration.ofDays(365), allocator, limits, Floors.NONE)
                        .build();
    }

    @Test
    void holdsTenTimesTheHeapAndDirectMemoryOfItsProcess() throws Exception {
        long heap = 26L << 20;
        long direct = 22L << 20;
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx" + heap, "-XX:MaxDirectMemorySize=" + direct, "-XX:+UseSerialGC"));
        // Arenas of Netty are made for machines, not for 22 MiB.
        command.addAll(List.of("-Dio.netty.allocator.numDirectArenas=1", "-Dio.netty.allocator.maxOrder=7"));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                SmallProcess.class.getName(),
                folder.toString(),
                "780000",
                "10000",
                String.valueOf(11 << 20)));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        long disk = Long.parseLong(output.substring(output.indexOf("on disk ") + "on disk ".length())
                .strip());
        assertThat(disk).isGreaterThan(10 * (heap + direct));
        // And what stays on the heap of a sealed row is its share of a chunk's 87 columns, and of numbers that wait to
        // be spilled; it was 8,455
        var grown = output.lines()
                .filter(line -> line.startsWith("heap "))
                .findFirst()
                .orElseThrow();
        assertThat(Long.parseLong(grown.substring("heap ".length())))
                .as("bytes of heap for 1,000 rows")
                .isLessThan(5_500);
    }

    @Test
    void holdsSixTimesItsMemory(BufferAllocator allocator) {
        // Given a limit of 8 MB and rows that take many times that
        var properties = new Properties();
        properties.setProperty(StoreLimits.MEMORY_BYTES, Long.toString(LIMIT));
        var limits = new StoreLimits();
        var store = closed(allocator, limits);
        var context = new MockProcessorContext<Object, Object>(properties, new TaskId(0, 0), folder.toFile());
        store.init(context.getStateStoreContext(), store);
        var random = new SplittableRandom(1);
        var times = new ArrayList<List<long[]>>();
        for (int i = 0; i < SERIES; i++) {
            times.add(new ArrayList<>());
        }
        long most = 0;
        int duplicates = 0;
        // When they come, some late and some twice
        for (int i = 0; i < ROWS; i++) {
            int series = random.nextInt(SERIES);
            long time = BASE + i * 1_000L - (random.nextInt(50) == 0 ? random.nextLong(20_000_000) : 0);
            take(store, i + duplicates, series, time, i);
            times.get(series).add(new long[] {time, i + duplicates, i});
            if (random.nextInt(1_000) == 0) {
                List<long[]> known = times.get(series);
                duplicates++;
                var again = take(store, i + duplicates, series, time, known.get(random.nextInt(known.size()))[2]);
                assertThat(again).isInstanceOf(RowTier.Duplicate.class);
            }
            if (i % 2_000 == 0) {
                store.flushCache();
                most = Math.max(most, limits.memory());
            }
        }
        store.flushCache();
        // Then memory stayed within the limit and one commit's rows, and disk has the rest
        assertThat(most).isLessThan(LIMIT + 3_000_000);
        assertThat(limits.disk()).isGreaterThan(6 * LIMIT);
        assertThat(store.status().duplicates()).isEqualTo(duplicates);
        assertRows(store, times);
        store.close();
        // And so it is after a restart
        var next = closed(allocator, limits);
        next.init(context.getStateStoreContext(), next);
        assertThat(limits.memory()).isLessThan(LIMIT);
        assertRows(next, times);
        next.close();
    }

    private static RowTier.Applied take(RowTier store, long offset, int series, long time, long id) {
        byte[] value = ByteBuffer.allocate(16).putLong(time).putLong(id).array();
        return store.apply(0, offset, ("S" + series).getBytes(StandardCharsets.UTF_8), value);
    }

    private static void assertRows(RowTier store, List<List<long[]>> times) {
        for (int series = 0; series < SERIES; series++) {
            long[][] expected = times.get(series).toArray(long[][]::new);
            Arrays.sort(expected, (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
            var rows = store.series("S" + series);
            assertThat(rows.size()).isEqualTo(expected.length);
            for (int i = 0; i < expected.length; i++) {
                if (rows.timeNanos(i) != expected[i][0]
                        || rows.offset(i) != expected[i][1]
                        || rows.row(i).longAt(1) != expected[i][2]) {
                    assertThat(List.of(
                                    rows.timeNanos(i),
                                    rows.offset(i),
                                    rows.row(i).longAt(1)))
                            .as("row %d of series %d", i, series)
                            .isEqualTo(List.of(expected[i][0], expected[i][1], expected[i][2]));
                }
            }
            var last = rows.row(expected.length - 1);
            var cells = cells(expected[expected.length - 1][2]);
            for (int column = 0; column < 5; column++) {
                assertThat(last.valueAt(column)).isEqualTo(cells.valueAt(column));
            }
        }
    }
}

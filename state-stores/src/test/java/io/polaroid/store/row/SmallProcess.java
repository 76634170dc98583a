package io.polaroid.store.row;

import io.polaroid.store.Floors;
import io.polaroid.store.RowIntake;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.timeseries.row.ArrayRow;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;

/**
 * A row tier in a process of little memory: it takes wide rows of many series, of which one has half of all, reads them back, and does
 * so again after a restart. Arguments: folder, rows, series, bytes of memory for state. If all is right it prints the bytes on disk, and by how many
 * bytes a thousand rows the heap has grown while the later half of them came.
 */
final class SmallProcess {
    private static final int COLUMNS = 80;
    private static final int COMMIT_ROWS = 2_000;
    private static final long BASE = 1_700_000_000_000_000_000L;
    private static final int SAMPLED = 97;

    private final int rows;
    private final int series;
    private long heapOfThousand;

    private SmallProcess(int rows, int series) {
        this.rows = rows;
        this.series = series;
    }

    public static void main(String[] arguments) {
        var test = new SmallProcess(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        var properties = new Properties();
        properties.setProperty(StoreLimits.MEMORY_BYTES, arguments[3]);
        var context = new MockProcessorContext<Object, Object>(
                properties, new TaskId(0, 0), Path.of(arguments[0]).toFile());
        var limits = new StoreLimits();
        try (var allocator = new RootAllocator()) {
            long disk = 0;
            for (int life = 0; life < 2; life++) {
                RowIntake.Factory intakes = () -> (partition, key, value) -> test.admit(key, value);
                var store = (ArrowRowTier)
                        Stores.rowTier("rows", schema(), intakes, Duration.ofDays(365), allocator, limits, Floors.NONE)
                                .build();
                store.init(context.getStateStoreContext(), store);
                if (life == 0) {
                    test.fill(store);
                }
                disk = limits.disk();
                test.check(store);
                store.close();
            }
            System.out.println("heap " + test.heapOfThousand);
            System.out.println("on disk " + disk);
        }
        System.exit(0);
    }

    private static Schema schema() {
        return new Schema(IntStream.range(0, COLUMNS)
                .mapToObj(column -> new Field(
                        "v" + column,
                        FieldType.nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                        null))
                .toList());
    }

    private RowIntake.Intake admit(byte[] key, byte[] value) {
        int number = ByteBuffer.wrap(value).getInt();
        var cells = new Object[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            cells[column] = cell(number, column);
        }
        // Ids of rows that are not sealed are on the heap, more or less of them at any moment; few ids make that
        // little.
        var id = number < rows / 2 || number % 100 == 0 ? Integer.toString(number) : null;
        return new RowIntake.RowIn(new String(key, StandardCharsets.UTF_8), time(number), id, ArrayRow.of(cells));
    }

    private static double cell(int number, int column) {
        return number * 100.0 + column;
    }

    /** One row of a hundred comes late. */
    private static long time(int number) {
        return BASE + (number - (number % 100 == 99 ? number % 5_000 : 0)) * 1_000L;
    }

    /** Every other row is of series 0. */
    private int seriesOf(int number) {
        return number % 2 == 0 ? 0 : 1 + Math.floorMod(number * 0x9E3779B1, series - 1);
    }

    private void fill(ArrowRowTier store) {
        for (int number = 0; number < rows; number++) {
            byte[] key = ("S" + seriesOf(number)).getBytes(StandardCharsets.UTF_8);
            store.apply(0, number, key, ByteBuffer.allocate(4).putInt(number).array());
            if (number % COMMIT_ROWS == 0) {
                store.flushCache();
            }
            if (number == rows - measured()) {
                heapOfThousand = -liveHeap();
            }
        }
        store.flushCache();
        heapOfThousand = (heapOfThousand + liveHeap()) / (measured() / 1_000);
    }

    /** Those that come when all with ids are sealed. */
    private int measured() {
        return rows / 2 - 20_000;
    }

    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void check(ArrowRowTier store) {
        expect("rows", store.status().rows(), rows);
        expect(
                "series",
                store.seriesKeys().size(),
                IntStream.range(0, rows).map(this::seriesOf).distinct().count());
        checkSeries(store, 0);
        for (int one = 1; one < series; one += series / SAMPLED) {
            checkSeries(store, one);
        }
    }

    private void checkSeries(ArrowRowTier store, int one) {
        var held = store.series("S" + one);
        long count = 0;
        long before = Long.MIN_VALUE;
        var seen = new BitSet(rows);
        for (int i = 0; i < held.size(); i++) {
            int number = (int) held.offset(i);
            expect("series of row " + number, seriesOf(number), one);
            expect("time of row " + number, held.timeNanos(i), time(number));
            if (held.timeNanos(i) < before || seen.get(number)) {
                throw new IllegalStateException("row " + number + " is out of order or there twice");
            }
            seen.set(number);
            before = held.timeNanos(i);
            for (int column = i % 7; column < COLUMNS; column += 7) {
                if (held.row(i).doubleAt(column) != cell(number, column)) {
                    throw new IllegalStateException("cell " + column + " of row " + number);
                }
            }
            count++;
        }
        expect(
                "rows of series " + one,
                count,
                IntStream.range(0, rows)
                        .filter(number -> seriesOf(number) == one)
                        .count());
    }

    private static void expect(String what, long found, long expected) {
        if (found != expected) {
            throw new IllegalStateException(what + ": " + found + " in place of " + expected);
        }
    }
}

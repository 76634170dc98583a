package io.polaroid.store.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.polaroid.store.TextIntake;
import io.polaroid.testsupport.Allocators;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class ColumnTableTest {
    static final Schema ALL_TYPES = new Schema(List.of(
            field("i8", new ArrowType.Int(8, true)),
            field("i16", new ArrowType.Int(16, true)),
            field("i32", new ArrowType.Int(32, true)),
            field("i64", new ArrowType.Int(64, true)),
            field("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            field("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("bool", new ArrowType.Bool()),
            field("text", new ArrowType.Utf8()),
            field("bytes", new ArrowType.Binary()),
            field("decimal", new ArrowType.Decimal(30, 3, 128)),
            field("big", new ArrowType.Decimal(60, 2, 256)),
            field("date", new ArrowType.Date(DateUnit.DAY)),
            field("ns", new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"))));

    private static Field field(String name, ArrowType type) {
        return new Field(name, FieldType.nullable(type), null);
    }

    static Object cell(int column, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        return switch (column) {
            case 0 -> (long) (byte) random.nextInt();
            case 1 -> (long) (short) random.nextInt();
            case 2, 11 -> (long) random.nextInt();
            case 3, 12 -> random.nextLong();
            case 4 -> (double) (float) random.nextDouble();
            case 5 -> random.nextDouble();
            case 6 -> random.nextBoolean();
            case 7 -> random.nextInt(3) == 0 ? "often" : "é".repeat(random.nextInt(40)) + random.nextInt();
            case 8 -> Integer.toString(random.nextInt()).getBytes(StandardCharsets.UTF_8);
            case 9 -> new BigDecimal(random.nextLong()).movePointLeft(3).setScale(3);
            default ->
                new BigDecimal(random.nextLong())
                        .multiply(BigDecimal.TEN.pow(30))
                        .setScale(2);
        };
    }

    @Test
    void keepsWhatWasSetLikeAListOfArraysDoes(BufferAllocator allocator) {
        // Given a table and its twin, and views taken on the way with what they showed
        for (long seed = 1; seed <= 3; seed++) {
            var random = new SplittableRandom(seed);
            var twin = new ArrayList<Object[]>();
            var views = new ArrayList<TableView>();
            var shown = new ArrayList<List<Object[]>>();
            try (var table = new ColumnTable(ALL_TYPES, allocator)) {
                // When rows come, change and leave
                for (int step = 0; step < 20_000; step++) {
                    if (random.nextInt(3) > 0 || twin.isEmpty()) {
                        table.append();
                        twin.add(new Object[ALL_TYPES.getFields().size()]);
                    }
                    int row = random.nextInt(4) == 0 ? random.nextInt(twin.size()) : twin.size() - 1;
                    int column = random.nextInt(ALL_TYPES.getFields().size());
                    Object value = cell(column, random);
                    table.set(row, column, value);
                    twin.get(row)[column] = value;
                    if (step % 2_500 == 2_499) {
                        views.add(table.view());
                        shown.add(twin.stream().map(Object[]::clone).toList());
                    }
                    if (step % 6_000 == 5_999) {
                        drop(table, twin, random);
                    }
                }
                // Then table and views show what the twins do
                try (var copy = table.copy(RowRuns.first(table.rows()), 13, allocator)) {
                    assertSame(copy, twin, seed);
                }
                assertCells(table, twin);
            }
            for (int i = 0; i < views.size(); i++) {
                assertThat(views.get(i).rows()).isEqualTo(shown.get(i).size());
                try (var copy = views.get(i).copy(RowRuns.first(views.get(i).rows()), 13, allocator)) {
                    assertSame(copy, shown.get(i), seed);
                }
                views.get(i).release();
            }
        }
    }

    /** Drops every second full chunk but for some rows of it, which move. */
    static void drop(ColumnTable table, List<Object[]> twin, SplittableRandom random) {
        var dead = new BitSet();
        for (int chunk = 0; chunk < table.fullChunks(); chunk += 2) {
            dead.set(chunk);
        }
        int before = table.rows();
        var moves = new HashMap<Integer, Integer>();
        for (int i = 0; i < 10 && !dead.isEmpty(); i++) {
            int row = random.nextInt(before);
            if (dead.get(row / ColumnTable.CHUNK_ROWS) && !moves.containsKey(row)) {
                moves.put(row, table.move(row));
                twin.add(twin.get(row).clone());
            }
        }
        var moved = table.drop(dead);
        var kept = new ArrayList<Object[]>();
        for (int row = 0; row < twin.size(); row++) {
            boolean gone = dead.get(row / ColumnTable.CHUNK_ROWS);
            assertThat(moved.applyAsInt(row)).isEqualTo(gone ? -1 : kept.size());
            if (!gone) {
                kept.add(twin.get(row));
            }
        }
        twin.clear();
        twin.addAll(kept);
        assertThat(table.rows()).isEqualTo(twin.size());
    }

    private static void assertCells(ColumnTable table, List<Object[]> twin) {
        var cursor = table.cursor();
        for (int row = 0; row < twin.size(); row++) {
            var cells = cursor.at(row);
            for (int column = 0; column < 13; column++) {
                assertThat(cells.valueAt(column)).isEqualTo(twin.get(row)[column]);
                assertThat(cells.isNull(column)).isEqualTo(twin.get(row)[column] == null);
                if (twin.get(row)[column] instanceof Long number) {
                    assertThat(cells.longAt(column)).isEqualTo(number);
                    assertThat(cells.doubleAt(column)).isEqualTo((double) number);
                }
            }
        }
    }

    static void assertSame(VectorSchemaRoot copy, List<Object[]> twin, long seed) {
        assertThat(copy.getRowCount()).isEqualTo(twin.size());
        assertThat(copy.getSchema()).isEqualTo(ALL_TYPES);
        for (int row = 0; row < twin.size(); row++) {
            for (int column = 0; column < 13; column++) {
                Object expected = twin.get(row)[column];
                Object actual = copy.getVector(column).getObject(row);
                assertThat(normal(actual))
                        .as(
                                "seed %d row %d column %s",
                                seed, row, copy.getVector(column).getName())
                        .isEqualTo(normal(expected));
            }
        }
    }

    private static Object normal(Object cell) {
        return switch (cell) {
            case null -> "null";
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case Byte number -> number.longValue();
            case Short number -> number.longValue();
            case Integer number -> number.longValue();
            case Float number -> number.doubleValue();
            default ->
                cell instanceof CharSequence || !(cell instanceof Number || cell instanceof Boolean)
                        ? cell.toString()
                        : cell;
        };
    }

    @Test
    void copiesASelectionInTheOrderAsked(BufferAllocator allocator) {
        try (var table = new ColumnTable(TextIntake.SCHEMA, allocator)) {
            for (int row = 0; row < 10_000; row++) {
                table.append();
                table.set(row, 0, "S" + row);
                table.setLong(row, 3, row);
            }
            var selection = new RowRuns();
            for (int row : new int[] {9_000, 9_001, 5, 4_095, 4_096, 0}) {
                selection.add(row);
            }
            try (var copy = table.copy(selection, 4, allocator)) {
                assertThat(copy.contentToTSVString())
                        .contains("S9000\tnull\tnull\t9000\nS9001\tnull\tnull\t9001\nS5\tnull\tnull\t5\n"
                                + "S4095\tnull\tnull\t4095\nS4096\tnull\tnull\t4096\nS0\tnull\tnull\t0");
            }
        }
    }

    @Test
    void copiesNothingAsAnEmptyRoot(BufferAllocator allocator) {
        try (var table = new ColumnTable(ALL_TYPES, allocator);
                var copy = table.copy(new RowRuns(), 13, allocator)) {
            assertThat(copy.getRowCount()).isZero();
        }
    }

    @Test
    void refusesTypesThatRowsCannotHave(BufferAllocator allocator) {
        var schema = new Schema(List.of(field("list", new ArrowType.List())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ColumnTable(schema, allocator))
                .withMessageContaining("column list has type List");
    }

    @Test
    void refusesACellOfAnotherType(BufferAllocator allocator) {
        try (var table = new ColumnTable(ALL_TYPES, allocator)) {
            int row = table.append();
            assertThatIllegalArgumentException().isThrownBy(() -> table.set(row, 5, "text"));
            assertThatIllegalArgumentException().isThrownBy(() -> table.set(row, 3, 1.5));
            assertThatIllegalArgumentException().isThrownBy(() -> table.set(row, 7, 7L));
        }
    }

    @Test
    void copiesAChunkOnlyOnTheFirstWriteToRowsThatAViewShows(BufferAllocator allocator) {
        try (var table = new ColumnTable(TextIntake.SCHEMA, allocator)) {
            table.append();
            table.setLong(0, 3, 1);
            var view = table.view();
            long before = allocator.getAllocatedMemory();
            table.append();
            table.setLong(1, 3, 2);
            assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
            table.setLong(0, 3, 9);
            assertThat(allocator.getAllocatedMemory()).isGreaterThan(before);
            assertThat(view.longAt(0, 3)).isEqualTo(1);
            assertThat(table.longAt(0, 3)).isEqualTo(9);
            view.release();
        }
    }
}

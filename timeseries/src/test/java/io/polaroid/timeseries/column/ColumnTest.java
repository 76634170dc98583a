package io.polaroid.timeseries.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class ColumnTest {
    private static final List<ArrowType> WHOLE = List.of(
            new ArrowType.Int(8, true),
            new ArrowType.Int(16, true),
            new ArrowType.Int(32, true),
            new ArrowType.Int(64, true),
            new ArrowType.Int(8, false),
            new ArrowType.Int(16, false),
            new ArrowType.Int(32, false),
            new ArrowType.Timestamp(TimeUnit.SECOND, null),
            new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"),
            new ArrowType.Date(DateUnit.DAY),
            new ArrowType.Date(DateUnit.MILLISECOND),
            new ArrowType.Time(TimeUnit.MILLISECOND, 32),
            new ArrowType.Duration(TimeUnit.MICROSECOND));

    /** Types that tables have, with a way to make a value. */
    private static Object cell(Gen gen, ArrowType type) {
        return switch (type) {
            case ArrowType.FloatingPoint number -> (double) (float) (gen.unit() * 100);
            case ArrowType.Bool truth -> gen.oneIn(2);
            case ArrowType.Utf8 text -> gen.pick("", "a", "BTCUSDT", "eight888", "a longer text of many bytes ä€😀");
            case ArrowType.Utf8View text -> gen.pick("", "a", "BTCUSDT", "a longer text of many bytes ä€😀");
            case ArrowType.Binary bytes -> new byte[gen.below(20)];
            case ArrowType.Decimal number -> BigDecimal.valueOf(gen.between(-1000, 1000), 2);
            case ArrowType.List list -> List.of(gen.between(0, 5), gen.between(0, 5));
            default -> gen.between(0, 100);
        };
    }

    private static List<ArrowType> types() {
        var types = new ArrayList<>(WHOLE);
        types.addAll(List.of(
                Tables.FLOAT64,
                Tables.FLOAT32,
                Tables.BOOL,
                Tables.TEXT,
                ArrowType.Utf8View.INSTANCE,
                ArrowType.Binary.INSTANCE,
                new ArrowType.Decimal(20, 2, 128)));
        return types;
    }

    private static Object[] cells(Gen gen, ArrowType type) {
        Object[] cells = new Object[gen.below(200)];
        boolean nulls = gen.oneIn(2);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = nulls && gen.oneIn(4) ? null : cell(gen, type);
        }
        return cells;
    }

    private static List<Object> shown(Object[] cells) {
        return Arrays.stream(cells)
                .map(c -> c instanceof byte[] b ? (Object) List.of("\0".repeat(b.length)) : c)
                .toList();
    }

    @Test
    void readsWhatWasWrittenInEveryType(BufferAllocator allocator) {
        for (ArrowType type : types()) {
            Gen.forSeeds(20, gen -> {
                Object[] cells = cells(gen, type);
                try (FieldVector vector = Tables.vector(Field.nullable("c", type), allocator, cells)) {
                    assertThat(Tables.cells(vector)).as("%s", type).isEqualTo(shown(cells));
                    Column column = Column.of(vector);
                    assertThat(column.validity().nullCount()).isEqualTo(vector.getNullCount());
                    if (column.isNumber()) {
                        assertNumbers(cells, column);
                    }
                }
            });
        }
    }

    private static void assertNumbers(Object[] cells, Column column) {
        double[] doubles = column.doubles();
        long[] longs = column.isWhole() ? column.longs() : new long[cells.length];
        for (int i = 0; i < cells.length; i++) {
            Object cell = cells[i] instanceof Boolean bit ? (Object) (bit ? 1 : 0) : cells[i];
            assertThat(column.isNull(i)).isEqualTo(cell == null);
            assertThat((Object) doubles[i]).isEqualTo(cell == null ? Double.NaN : ((Number) cell).doubleValue());
            if (column.isWhole()) {
                assertThat(longs[i]).isEqualTo(cell == null ? 0 : ((Number) cell).longValue());
            }
        }
    }

    @Test
    void takesRowsAndNullsOfEveryType(BufferAllocator allocator) {
        for (ArrowType type : types()) {
            Gen.forSeeds(20, gen -> {
                Object[] cells = cells(gen, type);
                int[] rows = new int[gen.below(300)];
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = cells.length == 0 || gen.oneIn(5) ? Gather.NULL : gen.below(cells.length);
                }
                Object[] expected = Arrays.stream(rows)
                        .mapToObj(row -> row == Gather.NULL ? null : cells[row])
                        .toArray();
                try (FieldVector vector = Tables.vector(Field.nullable("c", type), allocator, cells);
                        FieldVector taken = Gather.rows(vector, rows, allocator)) {
                    assertThat(Tables.cells(taken)).as("%s", type).isEqualTo(shown(expected));
                    if (!(type instanceof ArrowType.Utf8View)) {
                        taken.validateFull();
                    }
                }
            });
        }
    }

    @Test
    void takesRowsOfNestedColumnsToo(BufferAllocator allocator) {
        Field item = Field.nullable("$data$", Tables.INT64);
        Field list = new Field("l", org.apache.arrow.vector.types.pojo.FieldType.nullable(ArrowType.List.INSTANCE),
                List.of(item));
        Object[] cells = {List.of(1L, 2L), null, List.of(3L)};
        try (FieldVector vector = Tables.vector(list, allocator, cells);
                FieldVector taken = Gather.rows(vector, new int[] {2, -1, 0, 1}, allocator)) {
            assertThat(taken.getObject(0)).hasToString("[3]");
            assertThat(taken.isNull(1)).isTrue();
            assertThat(taken.getObject(2)).hasToString("[1,2]");
            assertThat(taken.isNull(3)).isTrue();
        }
    }

    @Test
    void sharesBuffersWithinOneRootAndCopiesBetweenRoots(BufferAllocator allocator) {
        Object[] cells = {"a", null, "a longer text of many bytes"};
        try (BufferAllocator other = new RootAllocator();
                BufferAllocator child = allocator.newChildAllocator("child", 0, Long.MAX_VALUE);
                FieldVector vector = Tables.vector(Field.nullable("c", Tables.TEXT), allocator, cells)) {
            Field as = Field.nullable("renamed", Tables.TEXT);
            try (FieldVector near = Gather.share(vector, as, child);
                    FieldVector far = Gather.share(vector, as, other)) {
                assertThat(near.getDataBufferAddress()).isEqualTo(vector.getDataBufferAddress());
                assertThat(far.getDataBufferAddress()).isNotEqualTo(vector.getDataBufferAddress());
                assertThat(Tables.cells(near)).containsExactly(cells);
                assertThat(Tables.cells(far)).containsExactly(cells);
                assertThat(near.getName()).isEqualTo("renamed");
            }
        }
    }

    @Test
    void numbersKeysAsAMapDoes(BufferAllocator allocator) {
        Gen.forSeeds(200, gen -> {
            int rows = gen.below(300);
            int columns = 1 + gen.below(3);
            NullKeys nulls = gen.pick(NullKeys.values());
            var vectors = new ArrayList<FieldVector>();
            var keys = new ArrayList<List<Object>>();
            for (int row = 0; row < rows; row++) {
                keys.add(new ArrayList<>());
            }
            for (int i = 0; i < columns; i++) {
                ArrowType type = gen.pick(Tables.TEXT, Tables.INT64, Tables.INT32, Tables.FLOAT64, Tables.BOOL);
                Object[] cells = new Object[rows];
                for (int row = 0; row < rows; row++) {
                    cells[row] = gen.oneIn(6) ? null : key(gen, type);
                    Object cell = cells[row];
                    keys.get(row).add(cell instanceof Double d && d == 0 ? (Object) 0.0 : cell);
                }
                vectors.add(Tables.vector(Field.nullable("k" + i, type), allocator, cells));
            }
            Map<List<Object>, Integer> numbers = new LinkedHashMap<>();
            int[] expected = new int[rows];
            for (int row = 0; row < rows; row++) {
                boolean none = nulls == NullKeys.NO_KEY && keys.get(row).contains(null);
                expected[row] = none ? -1 : numbers.computeIfAbsent(keys.get(row), k -> numbers.size());
            }
            List<Column> read = vectors.stream().map(Column::of).toList();

            Keys made = Keys.of(columns, nulls);

            assertThat(made.add(read, rows)).isEqualTo(expected);
            assertThat(made.find(read, rows)).isEqualTo(expected);
            assertThat(made.count()).isEqualTo(numbers.size());
            vectors.forEach(FieldVector::close);
        });
    }

    private static Object key(Gen gen, ArrowType type) {
        return switch (type) {
            case ArrowType.Utf8 text ->
                gen.pick("", "a", "b", "ab", "seven77", "eight888", "eight889", "\0", "\0\0", "nine99999");
            case ArrowType.FloatingPoint number -> gen.pick(0.0, -0.0, Double.NaN, 1.5);
            case ArrowType.Bool truth -> gen.oneIn(2);
            default -> gen.between(-3, 3);
        };
    }

    @Test
    void groupsHoldTheirRowsInOrderOfTimeThenTable() {
        Gen.forSeeds(500, gen -> {
            int rows = gen.below(200);
            int count = 1 + gen.below(5);
            int[] codes = new int[rows];
            long[] times = new long[rows];
            for (int row = 0; row < rows; row++) {
                codes[row] = gen.oneIn(10) ? -1 : gen.below(count);
                times[row] = gen.between(0, 30);
            }

            Groups groups = Groups.of(codes, count).sortedBy(times);

            for (int group = 0; group < count; group++) {
                int g = group;
                var expected = java.util.stream.IntStream.range(0, rows)
                        .filter(row -> codes[row] == g)
                        .boxed()
                        .sorted(java.util.Comparator.comparingLong(row -> times[row]))
                        .toList();
                assertThat(Arrays.stream(groups.rows(), groups.starts()[g], groups.starts()[g + 1]).boxed())
                        .containsExactlyElementsOf(expected);
            }
            assertThat(groups.firstDescent(times)).isEqualTo(-1);
        });
    }

    @Test
    void readsTimesInNanosecondsAndRefusesThoseThatDoNotFit(BufferAllocator allocator) {
        try (FieldVector day = Tables.vector(
                        Field.nullable("d", new ArrowType.Date(DateUnit.DAY)), allocator, 1L, null, -1L);
                FieldVector second = Tables.vector(
                        Field.nullable("s", new ArrowType.Timestamp(TimeUnit.SECOND, null)),
                        allocator,
                        10_000_000_000L)) {
            assertThat(Times.nanos(Column.of(day)).orThrow())
                    .containsExactly(86_400_000_000_000L, 0, -86_400_000_000_000L);
            assertThat(Times.nanos(Column.of(second)).toString()).contains("1677 to 2262");
        }
    }
}

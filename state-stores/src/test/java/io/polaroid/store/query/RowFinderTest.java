package io.polaroid.store.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.OrderColumns;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import io.polaroid.testsupport.Allocators;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found by the order of chunks against what going through a plain list finds. */
@ExtendWith(Allocators.class)
class RowFinderTest {
    private static final OrderColumns BY = new OrderColumns(0, 1, 2);
    private static final Schema SCHEMA =
            new Schema(List.of(number("series", 32), number("time", 64), number("order", 64)));

    private static Field number(String name, int bits) {
        return new Field(name, FieldType.notNullable(new ArrowType.Int(bits, true)), null);
    }

    private record Plain(String series, long time, long order) {}

    private static final Comparator<Plain> IN_ORDER =
            Comparator.comparing(Plain::series).thenComparingLong(Plain::time).thenComparingLong(Plain::order);

    /** A table with its plain twin. */
    private static final class Twins {
        final Random random;
        final int series;
        final ColumnTable table;
        final SeriesNames names = new SeriesNames();
        final RowFinder finder = new RowFinder(BY, names);
        final TreeMap<String, Integer> numbers = new TreeMap<>();
        List<Plain> plain = new ArrayList<>();
        long now;
        long order;

        Twins(Random random, ColumnTable table, int series) {
            this.series = series;
            this.random = random;
            this.table = table;
        }

        void add(int rows) {
            for (int i = 0; i < rows; i++) {
                now += random.nextInt(3);
                long late = random.nextInt(20) == 0 ? random.nextInt(6_000) : random.nextInt(4);
                add(new Plain("s" + random.nextInt(series), now - late, order++));
            }
        }

        void add(Plain row) {
            int number = numbers.computeIfAbsent(row.series(), name -> {
                names.add(name);
                return names.size() - 1;
            });
            int at = table.append();
            table.setLong(at, 0, number);
            table.setLong(at, 1, row.time());
            table.setLong(at, 2, row.order());
            plain.add(row);
        }
    }

    private static List<Plain> found(Twins twins, TableView view, RowRuns rows, BufferAllocator allocator) {
        try (var copied = view.copy(rows, 3, allocator)) {
            var series = (IntVector) copied.getVector(0);
            var times = (BigIntVector) copied.getVector(1);
            var orders = (BigIntVector) copied.getVector(2);
            var found = new ArrayList<Plain>();
            for (int i = 0; i < copied.getRowCount(); i++) {
                found.add(new Plain(twins.names.get(series.get(i)), times.get(i), orders.get(i)));
            }
            return found;
        }
    }

    private static Instant at(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    private static KeyRange keys(Random random, int series) {
        return switch (random.nextInt(4)) {
            case 0 -> KeyRange.all();
            case 1 -> KeyRange.only("s" + random.nextInt(series + 1));
            case 2 -> KeyRange.between("s" + random.nextInt(series), "s" + random.nextInt(series));
            default ->
                new KeyRange(
                        Optional.empty(),
                        KeyRange.only("s" + random.nextInt(series)).last());
        };
    }

    private static void compare(
            Twins twins, TableView view, List<Plain> rows, long horizon, int known, BufferAllocator allocator) {
        Random random = twins.random;
        int series = twins.series;
        for (int i = 0; i < 10; i++) {
            var keys = keys(random, series);
            long from = random.nextLong(twins.now + 1);
            var start = random.nextInt(4) == 0 ? Optional.<Instant>empty() : Optional.of(at(from));
            var end =
                    random.nextInt(4) == 0 ? Optional.<Instant>empty() : Optional.of(at(from + random.nextInt(3_000)));
            var asked = rows.stream()
                    .filter(row ->
                            row.time() >= horizon && keys.contains(row.series().getBytes()))
                    .sorted(IN_ORDER)
                    .toList();
            var between = new RowSelection.Between(keys, start, end);
            assertThat(found(twins, view, twins.finder.in(view, horizon, known).of(between), allocator))
                    .isEqualTo(asked.stream()
                            .filter(row -> start.map(time -> !at(row.time()).isBefore(time))
                                            .orElse(true)
                                    && end.map(time -> at(row.time()).isBefore(time))
                                            .orElse(true))
                            .toList());
            var last = new TreeMap<String, Plain>();
            asked.stream()
                    .filter(row ->
                            end.map(time -> !at(row.time()).isAfter(time)).orElse(true))
                    .forEach(row -> last.put(row.series(), row));
            var latest = new RowSelection.LatestAt(keys, end);
            assertThat(found(twins, view, twins.finder.in(view, horizon, known).of(latest), allocator))
                    .isEqualTo(List.copyOf(last.values()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 3_000})
    void findsWhatGoingThroughAllRowsFinds(int series, BufferAllocator allocator) {
        var random = new Random(series);
        try (var table = new ColumnTable(SCHEMA, allocator)) {
            var twins = new Twins(random, table, series);
            for (int step = 0; step < 5; step++) {
                twins.add(random.nextInt(4_000));
                TableView older = table.view();
                var then = List.copyOf(twins.plain);
                int known = twins.names.size();
                long horizon = step == 0 ? Long.MIN_VALUE : twins.now / 4;
                compare(twins, older, then, horizon, known, allocator);
                // Rows that come later must not be found in the older view, whose chunks are in order by then.
                twins.add(random.nextInt(3_000));
                TableView newer = table.view();
                compare(twins, newer, twins.plain, horizon, twins.names.size(), allocator);
                compare(twins, older, then, horizon, known, allocator);
                older.release();
                newer.release();
                if (step == 3) {
                    var first = new BitSet();
                    first.set(0);
                    table.drop(first);
                    twins.plain = new ArrayList<>(twins.plain.subList(ColumnTable.CHUNK_ROWS, twins.plain.size()));
                }
            }
        }
    }

    @Test
    void looksAtFewRows(BufferAllocator allocator) {
        try (var table = new ColumnTable(SCHEMA, allocator)) {
            var twins = new Twins(new Random(3), table, 100);
            for (int i = 0; i < 100_000; i++) {
                twins.add(new Plain("s" + i % 100, i, i));
            }
            TableView view = table.view();
            var point = twins.finder.in(view, Long.MIN_VALUE, 100);
            assertThat(point.of(new RowSelection.Between(
                                    KeyRange.only("s7"), Optional.of(at(50_007)), Optional.of(at(50_008))))
                            .rows())
                    .isEqualTo(1);
            assertThat(point.howFound()).isEqualTo("looked at 1 rows of 100000, in 1 chunks of 25");
            var asOf = twins.finder.in(view, Long.MIN_VALUE, 100);
            assertThat(asOf.of(new RowSelection.LatestAt(KeyRange.only("s7"), Optional.of(at(60_000))))
                            .rows())
                    .isEqualTo(1);
            assertThat(asOf.howFound()).isEqualTo("looked at 1 rows of 100000, in 1 chunks of 25");
            var latest = twins.finder.in(view, Long.MIN_VALUE, 100);
            assertThat(latest.of(new RowSelection.LatestAt(KeyRange.all(), Optional.empty()))
                            .rows())
                    .isEqualTo(100);
            assertThat(latest.howFound()).isEqualTo("looked at 2500 rows of 100000, in 25 chunks of 25");
            view.release();
        }
    }
}

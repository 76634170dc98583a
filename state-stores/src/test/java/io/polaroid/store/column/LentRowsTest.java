package io.polaroid.store.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.ValueVectorUtility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class LentRowsTest {
    private static final int COLUMNS = ColumnTableTest.ALL_TYPES.getFields().size();

    private record Loan(LentRows rows, List<Object[]> shown) {}

    @Test
    void showWhatWasLentWhateverBecomesOfTheTable(BufferAllocator allocator) throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (long seed = 1; seed <= 3; seed++) {
                var random = new SplittableRandom(seed);
                var loans = new ArrayList<Loan>();
                var read = new ArrayList<Future<?>>();
                // Given a table that changes while some of what it lent is read
                try (var own = allocator.newChildAllocator("table", 0, Long.MAX_VALUE);
                        var table = new ColumnTable(ColumnTableTest.ALL_TYPES, own)) {
                    var twin = new ArrayList<Object[]>();
                    for (int step = 0; step < 24_000; step++) {
                        change(table, twin, random);
                        if (step % 2_000 == 1_999) {
                            loans.add(lend(table, twin, random, allocator));
                        }
                        if (step % 5_000 == 4_999) {
                            read.add(reading(threads, loans.remove(random.nextInt(loans.size())), seed, allocator));
                        }
                        if (step % 7_000 == 6_999) {
                            ColumnTableTest.drop(table, twin, random);
                        }
                    }
                }
                // When table and allocator are gone, what is left is there for its readers
                assertThat(loans.stream().mapToLong(loan -> loan.rows().leftOver()))
                        .allMatch(bytes -> bytes > 0);
                for (Loan loan : loans) {
                    read.add(reading(threads, loan, seed, allocator));
                }
                // Then all readers see what was there when it was lent
                for (Future<?> reading : read) {
                    reading.get();
                }
            }
        }
    }

    private static void change(ColumnTable table, List<Object[]> twin, SplittableRandom random) {
        if (random.nextInt(3) > 0 || twin.isEmpty()) {
            table.append();
            twin.add(new Object[COLUMNS]);
        }
        int row = random.nextInt(4) == 0 ? random.nextInt(twin.size()) : twin.size() - 1;
        int column = random.nextInt(COLUMNS);
        Object value = ColumnTableTest.cell(column, random);
        table.set(row, column, value);
        twin.get(row)[column] = value;
    }

    /** All rows, or a few in each stretch less. */
    private static Loan lend(
            ColumnTable table, List<Object[]> twin, SplittableRandom random, BufferAllocator allocator) {
        var selection = new RowRuns();
        var shown = new ArrayList<Object[]>();
        boolean all = random.nextBoolean();
        for (int row = 0; row < twin.size(); row++) {
            if (all || row >= 5_000 || random.nextInt(50) > 0) {
                selection.add(row);
                shown.add(twin.get(row).clone());
            }
        }
        var view = table.view();
        var lent = view.lend(selection, COLUMNS, allocator);
        view.release();
        return new Loan(lent, shown);
    }

    private static Future<?> reading(ExecutorService threads, Loan loan, long seed, BufferAllocator allocator) {
        return threads.submit(() -> assertShows(loan, seed, allocator));
    }

    private static void assertShows(Loan loan, long seed, BufferAllocator allocator) {
        assertThat(loan.rows().rows()).isEqualTo(loan.shown().size());
        int at = 0;
        try (var lent = loan.rows();
                var root = VectorSchemaRoot.create(ColumnTableTest.ALL_TYPES, allocator)) {
            for (var batch = lent.next(); batch.isPresent(); batch = lent.next()) {
                try (var taken = batch.get()) {
                    new VectorLoader(root).load(taken);
                }
                ValueVectorUtility.validateFull(root);
                int end = at + root.getRowCount();
                ColumnTableTest.assertSame(root, loan.shown().subList(at, end), seed);
                at = end;
            }
        }
        assertThat(at).isEqualTo(loan.shown().size());
    }

    @Test
    void takesNoMemoryForFullChunksOfNumbers(BufferAllocator allocator) throws ExecutionException {
        var numbers = new org.apache.arrow.vector.types.pojo.Schema(
                List.of(ColumnTableTest.ALL_TYPES.findField("i64"), ColumnTableTest.ALL_TYPES.findField("ns")));
        try (var table = new ColumnTable(numbers, allocator)) {
            int first = table.append(3 * ColumnTable.CHUNK_ROWS + 10);
            table.setConstant(first, 0, 7, table.rows());
            table.setConstant(first, 1, 8, table.rows());
            long before = allocator.getAllocatedMemory();
            var view = table.view();
            try (var lent = view.lend(RowRuns.first(table.rows()), 2, allocator)) {
                view.release();
                for (int chunk = 0; chunk < 3; chunk++) {
                    try (var batch = lent.next().orElseThrow()) {
                        assertThat(batch.getLength()).isEqualTo(ColumnTable.CHUNK_ROWS);
                        assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
                    }
                }
                try (var tail = lent.next().orElseThrow()) {
                    assertThat(tail.getLength()).isEqualTo(10);
                }
                assertThat(lent.next()).isEmpty();
                assertThat(lent.leftOver()).isZero();
            }
        }
    }

    @Test
    void givesBackWhatIsNotRead(BufferAllocator allocator) {
        try (var table = new ColumnTable(ColumnTableTest.ALL_TYPES, allocator)) {
            table.append(2 * ColumnTable.CHUNK_ROWS);
            var view = table.view();
            var lent = view.lend(RowRuns.first(table.rows()), COLUMNS, allocator);
            view.release();
            lent.next().orElseThrow().close();
            lent.close();
            assertThat(lent.next()).isEmpty();
        }
    }
}

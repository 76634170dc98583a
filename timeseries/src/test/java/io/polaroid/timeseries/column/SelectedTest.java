package io.polaroid.timeseries.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.function.IntPredicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns of chosen rows, beside those that a list of the rows gives. */
class SelectedTest {
    // more than a part, which is 2^18 rows
    private static final int LARGE = (1 << 18) + 2 * Selected.PIECE + 77;

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close();
    }

    private static Selected chosen(int rows, IntPredicate which, Workers workers) {
        return Selected.of(
                rows,
                () -> (from, count, bits) -> {
                    for (int word = 0; word * Long.SIZE < count; word++) {
                        bits[word] = 0;
                        for (int i = 0; i < Math.min(Long.SIZE, count - word * Long.SIZE); i++) {
                            bits[word] |= (which.test(from + word * Long.SIZE + i) ? 1L : 0L) << i;
                        }
                    }
                },
                workers);
    }

    private FieldVector longs(int rows, boolean nulls) {
        var vector = new BigIntVector("n", allocator);
        vector.allocateNew(Math.max(1, rows));
        for (int row = 0; row < rows; row++) {
            if (nulls && (row * 31 & 7) < 3) {
                vector.setNull(row);
            } else {
                vector.set(row, row * 1_000_003L);
            }
        }
        vector.setValueCount(rows);
        return vector;
    }

    private FieldVector ints(int rows, boolean nulls) {
        var vector = new IntVector("n", allocator);
        vector.allocateNew(Math.max(1, rows));
        for (int row = 0; row < rows; row++) {
            if (nulls && row % 5 == 0) {
                vector.setNull(row);
            } else {
                vector.set(row, row * 7);
            }
        }
        vector.setValueCount(rows);
        return vector;
    }

    private void checks(int rows, IntPredicate which, Workers workers) {
        var selected = chosen(rows, which, workers);
        var expected = new ArrayList<Integer>();
        for (int row = 0; row < rows; row++) {
            if (which.test(row)) {
                expected.add(row);
            }
        }
        int[] numbers = expected.stream().mapToInt(Integer::intValue).toArray();
        assertThat(selected.count()).isEqualTo(numbers.length);
        assertThat(selected.rows()).containsExactly(numbers);
        for (boolean nulls : List.of(false, true)) {
            for (var column : List.of(longs(rows, nulls), ints(rows, nulls))) {
                try (column;
                        var taken = selected.of(column, column.getField(), allocator, workers);
                        var gathered = Gather.rows(column, numbers, column.getField(), allocator)) {
                    assertThat(Selected.takes(column)).isEqualTo(rows > 0);
                    assertThat(taken.getValueCount()).isEqualTo(numbers.length);
                    assertThat(taken.getNullCount()).isEqualTo(gathered.getNullCount());
                    for (int i = 0; i < numbers.length; i++) {
                        // without AssertJ's cost for each of a million cells
                        if (!java.util.Objects.equals(taken.getObject(i), gathered.getObject(i))) {
                            assertThat(taken.getObject(i)).as("row %d", i).isEqualTo(gathered.getObject(i));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 127, 128, 2_047, 2_048, 2_049, 5_000})
    void takesAnySizeAtAnyDensity(int rows) {
        for (int percent : List.of(0, 1, 30, 50, 97, 100)) {
            var random = new Random(rows * 101L + percent);
            boolean[] which = new boolean[rows];
            for (int row = 0; row < rows; row++) {
                which[row] = random.nextInt(100) < percent;
            }
            checks(rows, row -> which[row], Workers.INLINE);
        }
    }

    @Test
    void takesRunsOfWholeWords() {
        checks(10_000, row -> row / 300 % 2 == 0, Workers.INLINE);
        checks(10_000, row -> row / 64 % 3 == 0, Workers.INLINE);
    }

    @Test
    void partsMeetWhereTheyEnd() {
        try (var threads = Executors.newFixedThreadPool(2)) {
            checks(LARGE, row -> (row * 0x9E3779B9 >>> 30) != 0, new ThreadWorkers(threads, 3));
        }
    }
}

package io.polaroid.timeseries.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tables with so many rows that parts of them are numbered at once, and texts of all lengths that begin or end alike. */
@ExtendWith(Allocators.class)
class TextKeysTest {
    private static final int ROWS = 150_000;
    private static final int LONGEST = 40_000;

    private final Workers workers = new ThreadWorkers(ForkJoinPool.commonPool(), 3);

    @Test
    void areNumberedAsAMapDoes(BufferAllocator allocator) {
        Gen.forSeeds(6, gen -> {
            int names = gen.pick(3, 500, 60_000);
            Object[] cells = new Object[ROWS];
            int later = gen.between(0, 1) == 0 ? 0 : ROWS / 2;
            for (int row = 0; row < ROWS; row++) {
                // Some names come late, where others are only looked up.
                int most = row < later ? Math.max(1, names / 2) : names;
                cells[row] = gen.oneIn(50) ? null : gen.oneIn(20_000) ? "x".repeat(LONGEST) : name(gen.below(most));
            }
            Map<Object, Integer> numbers = new HashMap<>();
            int[] expected = new int[ROWS];
            for (int row = 0; row < ROWS; row++) {
                expected[row] =
                        numbers.computeIfAbsent(cells[row] == null ? this : cells[row], absent -> numbers.size());
            }
            try (var text = Tables.vector(Field.nullable("k", Tables.TEXT), allocator, cells);
                    var view = Tables.vector(
                            Field.nullable("k", ArrowType.Utf8View.INSTANCE),
                            allocator,
                            java.util.Arrays.copyOf(cells, 1_000))) {
                Keys keys = Keys.of(1, NullKeys.EQUAL);
                assertThat(keys.add(List.of(Column.of(text)), ROWS, workers)).isEqualTo(expected);
                assertThat(keys.find(List.of(Column.of(text)), ROWS, workers)).isEqualTo(expected);
                assertThat(keys.count()).isEqualTo(numbers.size());
                assertThat(keys.find(List.of(Column.of(view)), 1_000))
                        .isEqualTo(java.util.Arrays.copyOf(expected, 1_000));
            }
        });
    }

    /** Of 1 to 40 bytes; those of equal length differ in a few bytes at either end. */
    private static String name(int number) {
        var digits = Integer.toString(number, 36);
        var filling = "~".repeat(Math.floorMod(number * 31, 36));
        return number % 2 == 0 ? digits + filling : filling + digits;
    }
}

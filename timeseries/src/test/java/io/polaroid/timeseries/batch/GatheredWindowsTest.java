package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.time.Span;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Windows that hold the table so many times over that they are read in several parts. */
@ExtendWith(Allocators.class)
class GatheredWindowsTest {
    private static final int ROWS = 4_000;
    private static final int LENGTH = 1_000;

    @Test
    void areThoseOfEachWindowByItself(BufferAllocator allocator) {
        Gen gen = Gen.of(11);
        Object[] times = new Object[ROWS];
        Object[] values = new Object[ROWS];
        double[] numbers = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            times[row] = (long) row;
            numbers[row] = gen.below(700);
            values[row] = numbers[row];
        }
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("kinds", "n_unique(v)");
        outputs.put("middle", "median(v)");
        outputs.put("pairs", "corr(v, 2 * v)");
        try (VectorSchemaRoot table = Tables.with(allocator)
                        .column("t", Tables.INT64, times)
                        .column("v", Tables.FLOAT64, values)
                        .table();
                VectorSchemaRoot rolled = RollingTime.of("t", Span.ofSteps(LENGTH), List.of(), outputs)
                        .apply(List.of(table), allocator)
                        .orThrow()) {
            var kinds = Tables.cells(rolled, "kinds");
            var middles = Tables.cells(rolled, "middle");
            var pairs = Tables.cells(rolled, "pairs");
            for (int row = 0; row < ROWS; row++) {
                double[] window = IntStream.rangeClosed(Math.max(0, row - LENGTH + 1), row)
                        .mapToDouble(at -> numbers[at])
                        .sorted()
                        .toArray();
                int half = window.length / 2;
                double middle = window.length % 2 == 1 ? window[half] : (window[half - 1] + window[half]) / 2;
                assertThat(kinds.get(row))
                        .isEqualTo(Arrays.stream(window).distinct().count());
                assertThat(middles.get(row)).isEqualTo(middle);
                if (window[0] < window[window.length - 1]) {
                    assertThat((double) pairs.get(row)).isCloseTo(1, within(1e-9));
                }
            }
        }
    }
}

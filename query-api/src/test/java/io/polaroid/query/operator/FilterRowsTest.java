package io.polaroid.query.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.query.Frames;
import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast forms of conditions keep the rows that evaluating row by row keeps. */
class FilterRowsTest {
    private static final int ROWS = 3 * Selection.PIECE + 17;

    private static final List<Double> SPECIAL = List.of(
            Double.NaN,
            // its sign bit is set
            Double.longBitsToDouble(-1L),
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            -0.0,
            0.0,
            Double.MIN_VALUE,
            -1.0,
            1.0,
            1.5,
            Double.MAX_VALUE);

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close();
    }

    private VectorSchemaRoot table(int rows) {
        var random = new Random(7);
        var n = new @Nullable Long[rows];
        var m = new @Nullable Long[rows];
        var x = new @Nullable Double[rows];
        var y = new @Nullable Double[rows];
        var s = new @Nullable String[rows];
        long[] times = new long[rows];
        for (int row = 0; row < rows; row++) {
            n[row] = random.nextInt(10) == 0 ? null : (Long) (long) random.nextInt(-20, 20);
            m[row] = (long) random.nextInt(-20, 20);
            x[row] = random.nextInt(10) == 0
                    ? null
                    : (Double) (random.nextInt(8) == 0 ? Double.NaN : random.nextInt(-5, 5));
            y[row] = SPECIAL.get(random.nextInt(SPECIAL.size()));
            s[row] = random.nextInt(10) == 0
                    ? null
                    : List.of("", "a", "ab", "zé").get(random.nextInt(4));
            times[row] = 1_700_000_000_000_000L + random.nextInt(1_000_000);
        }
        return Frames.of(
                Frames.longs(allocator, "n", n),
                Frames.longs(allocator, "m", m),
                Frames.doubles(allocator, "x", x),
                Frames.doubles(allocator, "y", y),
                Frames.texts(allocator, "s", s),
                Frames.times(allocator, "ts", times));
    }

    private static List<Integer> rowByRow(Expr condition, VectorSchemaRoot table) {
        var bound = Expr.bind(condition, table.getSchema()).orThrow();
        var cursor = Cursor.over(table.getFieldVectors());
        var rows = new ArrayList<Integer>();
        for (int row = 0; row < table.getRowCount(); row++) {
            if (Boolean.TRUE.equals(bound.evaluate(cursor.at(row)))) {
                rows.add(row);
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n > 3",
                "n <> 3",
                "3 >= n",
                "n = m",
                "n < m OR m < -15",
                "NOT (n < m)",
                "NOT (n < 3 AND x > 1)",
                "n IS NULL",
                "n IS NOT NULL AND x IS NULL",
                "x > 1.5",
                "x >= 2",
                "x < y",
                "x = y",
                "NOT (x <= y)",
                "x <> y",
                "x <= 2",
                "x < 2",
                "x = 2",
                "x <> 2",
                "NOT (x <> 2)",
                "y > 0.0",
                "y >= 0.0",
                "y < 0.0",
                "y <= 0.0",
                "y = 0.0",
                "y <> 1",
                "y <= 1.5",
                "0 < y",
                "m >= 3",
                "m <= 3",
                "m = 3",
                "m <> 3",
                "n <= 9223372036854775807",
                "n > 9223372036854775807",
                "n = 9223372036854775807",
                "n < 3 OR x >= 1",
                "NOT (n < 3 OR x >= 1)",
                "m < 3 AND y >= 1 OR s = 'a'",
                "n > 2.5",
                "n BETWEEN -3 AND m",
                "s = 'ab'",
                "s = ''",
                "s <> 'zé'",
                "s < 'ab'",
                "n IN (1, 2, 3)",
                "n + m > 0",
                "abs(x) > 2 AND n > 0",
                "ts >= '2023-11-14T22:13:20.500000Z'",
                "ts < '2023-11-14T22:13:20.000000500Z'",
                "CASE WHEN n > 0 THEN TRUE ELSE x > 0 END",
                "TRUE",
                "NULL IS NULL AND n = 1",
            })
    void keepsTheRowsThatRowByRowKeeps(String text) {
        var condition = Expr.parse(text).orThrow();
        for (int rows : List.of(0, 1, ROWS)) {
            try (var table = table(rows)) {
                var found = Selection.rows(condition, table, Workers.INLINE)
                        .orThrow()
                        .rows();
                assertThat(found).containsExactly(rowByRow(condition, table).toArray(Integer[]::new));
            }
        }
    }

    @Test
    void columnsOfEveryWidthKeepTheirCellsAndNulls() {
        var filter = new FilterRows(Expr.parse("m > 3 OR y = 1.5").orThrow(), List.of());
        try (var table = table(ROWS);
                var kept = filter.apply(List.of(table), allocator).orThrow()) {
            var all = Frames.rows(table);
            assertThat(Frames.rows(kept))
                    .containsExactlyElementsOf(rowByRow(filter.condition(), table).stream()
                            .map(all::get)
                            .toList());
        }
    }

    @Test
    void givesTheColumnsThatAreAskedFor() {
        var filter = new FilterRows(Expr.parse("n > 0").orThrow(), List.of("s", "n"));
        try (var table = Frames.of(
                        Frames.longs(allocator, "n", 1L, null, -1L, 2L),
                        Frames.texts(allocator, "s", "a", "b", "c", null));
                var kept = filter.apply(List.of(table), allocator).orThrow()) {
            assertThat(kept.getSchema())
                    .isEqualTo(filter.schema(List.of(table.getSchema())).orThrow());
            assertThat(Frames.rows(kept)).containsExactly("a 1", "null 2");
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (var table = Frames.of(Frames.longs(allocator, "n", 1L))) {
            var filter = new FilterRows(Expr.parse("q > 0").orThrow(), List.of());
            assertThat(filter.apply(List.of(table), allocator)
                            .map(VectorSchemaRoot::getRowCount)
                            .map(String::valueOf)
                            .recover(Problem::toString))
                    .contains(ProblemCode.UNKNOWN_COLUMN.slug());
        }
    }
}

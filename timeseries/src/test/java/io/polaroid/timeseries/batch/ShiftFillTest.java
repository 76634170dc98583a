package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a shift writes where there is no row. */
@ExtendWith(Allocators.class)
class ShiftFillTest {
    @Test
    void fillsTimesWithTimesThatTheColumnHolds(BufferAllocator allocator) {
        try (VectorSchemaRoot table = Tables.with(allocator)
                .column("d", new ArrowType.Date(DateUnit.DAY), 5L, 6L)
                .column("t", Tables.MICROS, 5L, 6L)
                .column("c", new ArrowType.Time(TimeUnit.NANOSECOND, 64), 5L, 6L)
                .table()) {
            assertThat(filled(table, "d", "1970-01-03", allocator)).isEqualTo(2L);
            assertThat(filled(table, "t", "1969-12-31T23:59:59.999999Z", allocator))
                    .isEqualTo(-1L);
            assertThat(filled(table, "c", "00:00:01.5", allocator)).isEqualTo(1_500_000_000L);
            for (var wrong : List.of(
                    List.of("d", "1970-01-03T01:00:00Z"),
                    List.of("t", "1970-01-03T01:00:00.000000001Z"),
                    List.of("t", "soon"),
                    List.of("c", "25:00:00"))) {
                assertThat(code(lag(wrong.get(0), wrong.get(1)), table.getSchema()))
                        .isEqualTo(ProblemCode.INVALID_ARGUMENT);
            }
        }
    }

    private static Lag lag(String column, String fill) {
        return new Lag(1, new Lag.FillValue.Constant(fill), List.of(), List.of(Target.of(column)));
    }

    private static long filled(VectorSchemaRoot table, String column, String fill, BufferAllocator allocator) {
        try (VectorSchemaRoot shifted =
                lag(column, fill).apply(List.of(table), allocator).orThrow()) {
            var cells = Column.of(shifted.getVector(column));
            assertThat(cells.longAt(1)).isEqualTo(5);
            return cells.longAt(0);
        }
    }

    private static ProblemCode code(BatchOperator operator, Schema schema) {
        return switch (operator.schema(List.of(schema))) {
            case Result.Ok<Schema> ok -> throw new AssertionError(operator + " was accepted");
            case Result.Err<Schema> err -> err.problem().code();
        };
    }
}

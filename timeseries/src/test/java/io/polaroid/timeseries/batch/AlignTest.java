package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Series of one table and of several on one grid; beside Polars in python/tests/parity/test_align.py. */
@ExtendWith(Allocators.class)
class AlignTest {
    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    @Test
    void alignsSeriesOnOneGrid(BufferAllocator allocator) {
        var align = new Align("t", span("10i"), span("15i"), List.of("k"));
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot table = tables.add("t", Tables.WHOLE, 5L, 11L, 20L, 40L)
                        .add("k", Tables.TEXT, "b", "a", "b", "a")
                        .add("v", Tables.WHOLE, 1L, 2L, 3L, 4L)
                        .table();
                VectorSchemaRoot result = align.apply(List.of(table), allocator).orThrow()) {
            assertThat(Tables.rows(result))
                    .containsExactly(
                            Arrays.asList(0L, "b", null),
                            Arrays.asList(10L, "b", 1L),
                            Arrays.asList(20L, "b", 3L),
                            Arrays.asList(30L, "b", 3L),
                            Arrays.asList(40L, "b", null),
                            Arrays.asList(0L, "a", null),
                            Arrays.asList(10L, "a", null),
                            Arrays.asList(20L, "a", 2L),
                            Arrays.asList(30L, "a", null),
                            Arrays.asList(40L, "a", 4L));
        }
    }

    @Test
    void alignsSeriesOfSeveralTablesOnOneGrid(BufferAllocator allocator) {
        var align = new Align("t", span("10i"), span("15i"), List.of("k"), List.of("_right", "_third"));
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot one = tables.add("t", Tables.WHOLE, 5L, 20L)
                        .add("k", Tables.TEXT, "b", "b")
                        .add("v", Tables.WHOLE, 1L, 2L)
                        .table();
                VectorSchemaRoot two = tables.add("v", Tables.WHOLE, 7L, 8L, 9L)
                        .add("w", Tables.TEXT, "x", "y", "z")
                        .add("k", Tables.TEXT, "a", "b", "b")
                        .add("t", Tables.WHOLE, 12L, 0L, 0L)
                        .table();
                VectorSchemaRoot three = tables.add("t", Tables.WHOLE, 31L)
                        .add("v", Tables.WHOLE, 4L)
                        .add("k", Tables.TEXT, (Object) null)
                        .table();
                VectorSchemaRoot result =
                        align.apply(List.of(one, two, three), allocator).orThrow()) {
            assertThat(result.getSchema().getFields())
                    .extracting(Field::getName)
                    .containsExactly("t", "k", "v", "v_right", "w", "v_third");
            assertThat(Tables.rows(result))
                    .containsExactly(
                            Arrays.asList(0L, "b", null, 9L, "z", null),
                            Arrays.asList(10L, "b", 1L, 9L, "z", null),
                            Arrays.asList(20L, "b", 2L, null, null, null),
                            Arrays.asList(30L, "b", 2L, null, null, null),
                            Arrays.asList(0L, "a", null, null, null, null),
                            Arrays.asList(10L, "a", null, null, null, null),
                            Arrays.asList(20L, "a", null, 7L, "x", null),
                            Arrays.asList(30L, "a", null, null, null, null),
                            Arrays.asList(0L, null, null, null, null, null),
                            Arrays.asList(10L, null, null, null, null, null),
                            Arrays.asList(20L, null, null, null, null, null),
                            Arrays.asList(30L, null, null, null, null, null));
            assertThat(align.schema(List.of(one.getSchema(), two.getSchema(), three.getSchema()))
                            .orThrow())
                    .isEqualTo(result.getSchema());
        }
    }

    @Test
    void alignsTablesOfOneKindOfTimeAndKeysOnly(BufferAllocator allocator) {
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot one = tables.add("t", Tables.WHOLE, 5L)
                        .add("k", Tables.TEXT, "b")
                        .table();
                VectorSchemaRoot other = tables.add("t", Tables.WHOLE, 9L, 8L)
                        .add("k", Tables.WHOLE, 1L, 1L)
                        .add("v", Tables.WHOLE, 1L, 1L)
                        .table()) {
            var both = List.of(one.getSchema(), other.getSchema());
            assertThat(new Align("t", span("10i"), Span.ZERO, List.of("k"), List.of("_right")).schema(both))
                    .isInstanceOfSatisfying(
                            Result.Err.class, err -> assertThat(err.toString()).contains("'k' is a Utf8 in one table"));
            var apart = new Align("t", span("10i"), Span.ZERO, List.of(), List.of("_right"));
            assertThat(apart.apply(List.of(one, other), allocator))
                    .isInstanceOfSatisfying(
                            Result.Err.class, err -> assertThat(err.toString()).contains("does not ascend at row 1"));
        }
    }
}

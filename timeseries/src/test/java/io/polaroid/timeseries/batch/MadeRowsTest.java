package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Operators that make more rows than they read. */
@ExtendWith(Allocators.class)
class MadeRowsTest {
    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    @Test
    void fewRowsDoNotTakeTheWholeHeap(BufferAllocator allocator) {
        var sums = new LinkedHashMap<String, String>();
        sums.put("v", "sum(v)");
        var fills = new LinkedHashMap<String, Fill>();
        fills.put("v", new Fill.Null());
        var operators = List.<BatchOperator>of(
                new Align("t", span("1i"), Span.ZERO, List.of()),
                new Upsample("t", span("1i"), List.of()),
                Resample.of("t", span("1i")).aggregates(sums).fill(fills),
                Resample.of("t", span("1i"))
                        .windows(Windows.every(span("1i")).period(span("1000000000000i")))
                        .aggregates(sums));
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot table = tables.add("t", Tables.WHOLE, 0L, 1_000_000_000_000L)
                        .add("v", Tables.WHOLE, 1L, 2L)
                        .table()) {
            for (var operator : operators) {
                assertThat(operator.apply(List.of(table), allocator))
                        .as(operator.title())
                        .isInstanceOfSatisfying(
                                Result.Err.class,
                                err -> assertThat(err.toString()).contains("budget-exceeded"));
            }
        }
    }
}

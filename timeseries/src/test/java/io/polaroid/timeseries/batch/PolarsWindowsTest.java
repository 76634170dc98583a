package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Windows, labels, truncation, offsets and upsampling against what Polars answered (src/test/polars/windows.py). */
@ExtendWith(Allocators.class)
class PolarsWindowsTest {
    private static JsonNode cases() throws IOException {
        String other = System.getProperty("polars.windows");
        try (InputStream golden = other == null
                ? PolarsWindowsTest.class.getResourceAsStream("polars_windows.json")
                : Files.newInputStream(Path.of(other))) {
            return new ObjectMapper().readTree(golden).get("cases");
        }
    }

    @Test
    void agreesWithPolars(BufferAllocator allocator) throws IOException {
        int done = 0;
        for (JsonNode one : cases()) {
            try {
                switch (one.get("operation").asText()) {
                    case "resample" -> resample(one, allocator);
                    case "truncate" -> truncate(one);
                    case "offset" -> offset(one);
                    case "upsample" -> upsample(one, allocator);
                    default -> throw new IllegalStateException(one.toString());
                }
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(one + "\n" + failure.getMessage(), failure);
            }
            done++;
        }
        assertThat(done).isGreaterThan(100);
    }

    private static void resample(JsonNode one, BufferAllocator allocator) {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("n", "count(*)");
        aggregates.put("sum", "sum(v)");
        aggregates.put("first", "first_value(v)");
        aggregates.put("last", "last_value(v)");
        var windows = new Windows(
                span(one, "every"),
                span(one, "period"),
                span(one, "offset"),
                Closed.valueOf(upper(one, "closed")),
                StartBy.valueOf(upper(one, "start_by")));
        var resample = Resample.of("t", windows.every())
                .windows(windows)
                .label(Label.valueOf(upper(one, "label")))
                .boundaries(Boundaries.INCLUDED)
                .groupBy(one.has("keys") ? List.of("k") : List.of())
                .aggregates(aggregates);
        try (VectorSchemaRoot table = table(one, allocator);
                VectorSchemaRoot result =
                        resample.apply(List.of(table), allocator).orThrow()) {
            assertThat(result.getSchema())
                    .isEqualTo(resample.schema(List.of(table.getSchema())).orThrow());
            JsonNode answer = one.get("answer");
            assertThat(Tables.cells(result, "_lower_boundary")).isEqualTo(longs(answer.get("lower")));
            assertThat(Tables.cells(result, "_upper_boundary")).isEqualTo(longs(answer.get("upper")));
            assertThat(Tables.cells(result, "t")).isEqualTo(longs(answer.get("t")));
            for (String name : aggregates.keySet()) {
                assertThat(Tables.cells(result, name)).as(name).isEqualTo(longs(answer.get(name)));
            }
            if (one.has("keys")) {
                assertThat(Tables.cells(result, "k")).isEqualTo(texts(answer.get("k")));
            }
        }
    }

    private static void upsample(JsonNode one, BufferAllocator allocator) {
        var upsample = new Upsample("t", span(one, "every"), one.has("keys") ? List.of("k") : List.of());
        try (VectorSchemaRoot table = table(one, allocator);
                VectorSchemaRoot result =
                        upsample.apply(List.of(table), allocator).orThrow()) {
            JsonNode answer = one.get("answer");
            assertThat(Tables.cells(result, "t")).isEqualTo(longs(answer.get("t")));
            assertThat(Tables.cells(result, "v")).isEqualTo(longs(answer.get("v")));
            if (one.has("keys")) {
                assertThat(Tables.cells(result, "k")).isEqualTo(texts(answer.get("k")));
            }
        }
    }

    private static void truncate(JsonNode one) {
        ZonedSpan every = zoned(one, span(one, "every"));
        assertThat(longs(one.get("times")).stream()
                        .map(time -> (Object) every.truncate((long) time))
                        .toList())
                .isEqualTo(longs(one.get("answer")));
    }

    private static void offset(JsonNode one) {
        ZonedSpan by = zoned(one, span(one, "by"));
        assertThat(longs(one.get("times")).stream()
                        .map(time -> (Object) by.add((long) time))
                        .toList())
                .isEqualTo(longs(one.get("answer")));
    }

    private static VectorSchemaRoot table(JsonNode one, BufferAllocator allocator) {
        List<Object> times = longs(one.get("times"));
        var rows = new ArrayList<Object>();
        for (long row = 0; row < times.size(); row++) {
            rows.add(row);
        }
        try (Tables tables = Tables.in(allocator)) {
            tables.add("t", Tables.time(unit(one), zone(one)), times).add("v", Tables.WHOLE, rows);
            if (one.has("keys")) {
                tables.add("k", Tables.TEXT, texts(one.get("keys")));
            }
            return tables.table();
        }
    }

    private static ZonedSpan zoned(JsonNode one, Span span) {
        ZoneId zone = zone(one) == null ? ZoneOffset.UTC : ZoneId.of(zone(one));
        return ZonedSpan.of(span, zone, io.polaroid.timeseries.time.TimeUnits.nanosPer(unit(one)));
    }

    private static String zone(JsonNode one) {
        return one.get("zone").isNull() ? null : one.get("zone").asText();
    }

    private static TimeUnit unit(JsonNode one) {
        return switch (one.get("unit").asText()) {
            case "ms" -> TimeUnit.MILLISECOND;
            case "us" -> TimeUnit.MICROSECOND;
            default -> TimeUnit.NANOSECOND;
        };
    }

    private static Span span(JsonNode one, String name) {
        return Span.parse(one.get(name).asText()).orThrow();
    }

    private static String upper(JsonNode one, String name) {
        return one.get(name).asText().toUpperCase(Locale.ROOT);
    }

    private static List<Object> longs(JsonNode cells) {
        var list = new ArrayList<Object>();
        cells.forEach(cell -> list.add(cell.isNull() ? null : (Object) cell.asLong()));
        return list;
    }

    private static List<Object> texts(JsonNode cells) {
        var list = new ArrayList<Object>();
        cells.forEach(cell -> list.add(cell.isNull() ? null : cell.asText()));
        return list;
    }

    @Test
    void upsampleWithoutKeysPutsTheTimeFirst(BufferAllocator allocator) {
        try (Tables tables = Tables.in(allocator);
                VectorSchemaRoot table = tables.add("k", Tables.TEXT, "a", "a")
                        .add("x", Tables.WHOLE, 1L, 2L)
                        .add("t", Tables.WHOLE, 10L, 12L)
                        .table()) {
            for (List<String> keys : List.of(List.<String>of(), List.of("k"))) {
                var upsample = new Upsample("t", Span.ofSteps(1), keys);
                try (VectorSchemaRoot result =
                        upsample.apply(List.of(table), allocator).orThrow()) {
                    assertThat(result.getSchema())
                            .isEqualTo(
                                    upsample.schema(List.of(table.getSchema())).orThrow());
                    assertThat(result.getSchema().getFields().stream().map(Field::getName))
                            .containsExactly(
                                    keys.isEmpty() ? new String[] {"t", "k", "x"} : new String[] {"k", "x", "t"});
                    assertThat(Tables.cells(result, "t")).containsExactly(10L, 11L, 12L);
                    assertThat(Tables.cells(result, "x")).containsExactly(1L, null, 2L);
                }
            }
        }
    }
}

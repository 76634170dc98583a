package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.testsupport.Allocators;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Aggregates by key against what Polars answered (src/test/polars/aggregates.py). */
@ExtendWith(Allocators.class)
class PolarsAggregatesTest {
    private static JsonNode cases() throws IOException {
        String other = System.getProperty("polars.aggregates");
        try (InputStream golden = other == null
                ? PolarsAggregatesTest.class.getResourceAsStream("polars_aggregates.json")
                : Files.newInputStream(Path.of(other))) {
            return new ObjectMapper().readTree(golden).get("cases");
        }
    }

    @Test
    void agreesWithPolars(BufferAllocator allocator) throws IOException {
        int done = 0;
        for (JsonNode one : cases()) {
            try {
                check(one, allocator);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(one + "\n" + failure.getMessage(), failure);
            }
            done++;
        }
        assertThat(done).isGreaterThan(20);
    }

    private static void check(JsonNode one, BufferAllocator allocator) {
        JsonNode answer = one.get("answer");
        var aggregates = new LinkedHashMap<String, String>();
        answer.fieldNames().forEachRemaining(name -> aggregates.put(name, name));
        aggregates.remove("k");
        var groupBy = new GroupBy(List.of("k"), aggregates);
        try (VectorSchemaRoot table = table(one, allocator);
                VectorSchemaRoot result =
                        groupBy.apply(List.of(table), allocator).orThrow()) {
            assertThat(result.getSchema())
                    .isEqualTo(groupBy.schema(List.of(table.getSchema())).orThrow());
            answer.fieldNames().forEachRemaining(name -> {
                List<Object> ours = Tables.cells(result, name);
                JsonNode theirs = answer.get(name);
                assertThat(ours).as(name).hasSize(theirs.size());
                for (int i = 0; i < ours.size(); i++) {
                    same(name, ours.get(i), theirs.get(i));
                }
            });
        }
    }

    private static void same(String name, Object ours, JsonNode theirs) {
        switch (ours) {
            case null ->
                assertThat(theirs.isNull()).as(name + " is null, not " + theirs).isTrue();
            case Double number
            when theirs.isNumber() ->
                // Theirs is rounded at every step.
                assertThat(number).as(name).isCloseTo(theirs.asDouble(), Offset.offset(1e-9));
            case Double number -> assertThat(number.toString()).as(name).isEqualTo(theirs.asText());
            default -> assertThat(ours.toString()).as(name).isEqualTo(theirs.asText());
        }
    }

    private static VectorSchemaRoot table(JsonNode one, BufferAllocator allocator) {
        try (Tables tables = Tables.in(allocator)) {
            return tables.add("k", Tables.TEXT, cells(one.get("k")))
                    .add("x", Tables.FLOAT, cells(one.get("x")))
                    .add("i", Tables.WHOLE, cells(one.get("i")))
                    .add("s", Tables.TEXT, cells(one.get("s")))
                    .add("b", ArrowType.Bool.INSTANCE, cells(one.get("b")))
                    .table();
        }
    }

    private static List<Object> cells(JsonNode cells) {
        var list = new ArrayList<Object>();
        for (JsonNode cell : cells) {
            list.add(
                    cell.isNull()
                            ? null
                            : cell.isBoolean()
                                    ? (Object) cell.asBoolean()
                                    : cell.isNumber()
                                            ? cell.isIntegralNumber()
                                                    ? (Object) cell.asLong()
                                                    : (Object) cell.asDouble()
                                            : cell.asText().equals("NaN") ? (Object) Double.NaN : cell.asText());
        }
        return list;
    }
}

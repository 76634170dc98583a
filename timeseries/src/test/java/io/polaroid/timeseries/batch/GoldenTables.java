package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.timeseries.Tables;
import io.polaroid.timeseries.column.Column;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Tables of golden files, as the scripts beside these write them. */
final class GoldenTables {
    private GoldenTables() {}

    static List<JsonNode> cases(String file) {
        try (InputStream in = GoldenTables.class.getResourceAsStream("/golden/" + file)) {
            var cases = new ArrayList<JsonNode>();
            new ObjectMapper().readTree(in).get("cases").forEach(cases::add);
            return cases;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static VectorSchemaRoot table(JsonNode columns, BufferAllocator allocator) {
        var builder = Tables.with(allocator);
        for (JsonNode column : columns) {
            ArrowType type = type(column.get("type").asText());
            builder.column(column.get("name").asText(), type, cells(column.get("cells"), type));
        }
        return builder.table();
    }

    private static Object[] cells(JsonNode cells, ArrowType type) {
        Object[] read = new Object[cells.size()];
        for (int i = 0; i < read.length; i++) {
            read[i] = cell(cells.get(i), type);
        }
        return read;
    }

    private static Object cell(JsonNode cell, ArrowType type) {
        if (cell.isNull()) {
            return null;
        }
        return switch (type) {
            case ArrowType.FloatingPoint number -> number(cell);
            case ArrowType.Utf8 text -> cell.asText();
            case ArrowType.Bool truth -> cell.asBoolean();
            default -> cell.asLong();
        };
    }

    private static double number(JsonNode cell) {
        return switch (cell.asText()) {
            case "NaN" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> cell.asDouble();
        };
    }

    private static ArrowType type(String name) {
        if (name.startsWith("ts[")) {
            String zone = name.contains(",") ? name.substring(name.indexOf(',') + 1) : null;
            return new ArrowType.Timestamp(unit(name.substring(3, 5)), zone);
        }
        if (name.startsWith("dur[")) {
            return new ArrowType.Duration(unit(name.substring(4, 6)));
        }
        return switch (name) {
            case "i8" -> new ArrowType.Int(8, true);
            case "i16" -> new ArrowType.Int(16, true);
            case "i32" -> new ArrowType.Int(32, true);
            case "i64" -> new ArrowType.Int(64, true);
            case "u8" -> new ArrowType.Int(8, false);
            case "u16" -> new ArrowType.Int(16, false);
            case "u32" -> new ArrowType.Int(32, false);
            case "f32" -> Tables.FLOAT32;
            case "f64" -> Tables.FLOAT64;
            case "str" -> Tables.TEXT;
            case "bool" -> Tables.BOOL;
            case "date" -> new ArrowType.Date(DateUnit.DAY);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static TimeUnit unit(String name) {
        return switch (name) {
            case "ns" -> TimeUnit.NANOSECOND;
            case "us" -> TimeUnit.MICROSECOND;
            case "ms" -> TimeUnit.MILLISECOND;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Compares names, types and cells; floats up to the rounding of their precision. */
    static void assertSame(String what, VectorSchemaRoot actual, JsonNode expected) {
        var names = new ArrayList<String>();
        expected.forEach(column -> names.add(column.get("name").asText()));
        assertThat(Tables.names(actual.getSchema())).as(what).isEqualTo(names);
        for (int i = 0; i < names.size(); i++) {
            FieldVector vector = actual.getVector(i);
            ArrowType type = type(expected.get(i).get("type").asText());
            String place = "column " + names.get(i) + " of " + what;
            assertThat(vector.getField().getType()).as(place).isEqualTo(type);
            Object[] cells = cells(expected.get(i).get("cells"), type);
            Column column = Column.of(vector);
            assertThat(column.size()).as(place).isEqualTo(cells.length);
            for (int row = 0; row < cells.length; row++) {
                assertCell("row " + row + " of " + place, column.valueAt(row), cells[row], type);
            }
        }
    }

    private static void assertCell(String place, Object actual, Object expected, ArrowType type) {
        if (expected instanceof Double number && Double.isFinite(number) && actual != null) {
            double rounding = type.equals(Tables.FLOAT32) ? 1e-5 : 1e-9;
            assertThat((double) (Double) actual)
                    .as(place)
                    .isCloseTo(number, within(rounding * Math.max(1, Math.abs(number))));
        } else {
            assertThat(actual).as(place).isEqualTo(expected);
        }
    }
}

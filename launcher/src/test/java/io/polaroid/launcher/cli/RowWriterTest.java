package io.polaroid.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowWriterTest {
    private static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("symbol", new ArrowType.Utf8()),
            Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            Field.nullable("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));

    @Test
    void writesATable() throws Exception {
        assertThat(written(SqlCommand.Format.table)).isEqualTo("""
                symbol  ts                             price
                ------  ---------------------------  -------
                BTC,"x  2024-08-08T23:54:16.313000Z  61800.3
                        1969-12-31T23:59:59.999999Z
                                                         NaN
                3 rows
                """);
    }

    @Test
    void writesCsvWithNullAndEmptyTextApart() throws Exception {
        assertThat(written(SqlCommand.Format.csv)).isEqualTo("""
                symbol,ts,price
                "BTC,""x",2024-08-08T23:54:16.313000Z,61800.3
                "",1969-12-31T23:59:59.999999Z,
                ,,NaN
                """);
    }

    @Test
    void writesJsonLines() throws Exception {
        assertThat(written(SqlCommand.Format.json)).isEqualTo("""
                {"symbol":"BTC,\\"x","ts":"2024-08-08T23:54:16.313000Z","price":61800.3}
                {"symbol":"","ts":"1969-12-31T23:59:59.999999Z","price":null}
                {"symbol":null,"ts":null,"price":"NaN"}
                """);
    }

    @Test
    void writesAnArrowStream() throws Exception {
        try (var allocator = new RootAllocator();
                var root = rows(allocator);
                var out = new ByteArrayOutputStream()) {
            // When
            try (RowWriter writer = RowWriter.of(SqlCommand.Format.arrow, root, out)) {
                writer.write();
                writer.write();
            }

            // Then
            try (var reader = new ArrowStreamReader(new ByteArrayInputStream(out.toByteArray()), allocator)) {
                assertThat(reader.loadNextBatch()).isTrue();
                assertThat(reader.getVectorSchemaRoot().equals(root)).isTrue();
                assertThat(reader.loadNextBatch()).isTrue();
                assertThat(reader.loadNextBatch()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SqlCommand.Format.class,
            names = {"table", "csv", "json"})
    void writesNothingButTheHeaderForNoRows(SqlCommand.Format format) throws Exception {
        try (var allocator = new RootAllocator();
                var root = VectorSchemaRoot.create(SCHEMA, allocator);
                var out = new ByteArrayOutputStream()) {
            RowWriter.of(format, root, out).close();
            long lines = out.toString(StandardCharsets.UTF_8).lines().count();
            assertThat(lines)
                    .isEqualTo(format == SqlCommand.Format.table ? 3 : format == SqlCommand.Format.csv ? 1 : 0);
        }
    }

    private static String written(SqlCommand.Format format) throws Exception {
        try (var allocator = new RootAllocator();
                var root = rows(allocator);
                var out = new ByteArrayOutputStream()) {
            try (RowWriter writer = RowWriter.of(format, root, out)) {
                writer.write();
            }
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    private static VectorSchemaRoot rows(RootAllocator allocator) {
        var root = VectorSchemaRoot.create(SCHEMA, allocator);
        root.allocateNew();
        var symbol = (VarCharVector) root.getVector("symbol");
        var ts = (TimeStampMicroTZVector) root.getVector("ts");
        var price = (Float8Vector) root.getVector("price");
        symbol.setSafe(0, "BTC,\"x".getBytes(StandardCharsets.UTF_8));
        symbol.setSafe(1, new byte[0]);
        ts.setSafe(0, 1_723_161_256_313_000L);
        ts.setSafe(1, -1);
        price.setSafe(0, 61800.3);
        price.setSafe(2, Double.NaN);
        root.setRowCount(3);
        return root;
    }
}

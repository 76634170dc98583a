package io.polaroid.schemas.arrow;

import static io.polaroid.schemas.arrow.ArrowBytes.field;
import static io.polaroid.schemas.arrow.ArrowBytes.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchReaderTest {
    static final Schema TRADE = AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow();
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType LONG = new ArrowType.Int(64, true);
    private static final ArrowType MICROS = new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");

    private final BatchReader trades = BatchReader.of(TRADE, List.of(0));

    private static Schema everyType() {
        return AvroArrow.toArrow(new org.apache.avro.Schema.Parser().parse("""
            {"type":"record","name":"Every","fields":[
             {"name":"s","type":["null","string"]},{"name":"t","type":{"type":"long","logicalType":"timestamp-nanos"}},
             {"name":"i","type":["null","int"]},{"name":"l","type":["null","long"]},{"name":"f","type":["null","float"]},
             {"name":"d","type":["null","double"]},{"name":"b","type":["null","boolean"]},{"name":"x","type":["null","bytes"]},
             {"name":"day","type":["null",{"type":"int","logicalType":"date"}]},
             {"name":"local","type":["null",{"type":"long","logicalType":"local-timestamp-millis"}]},
             {"name":"dec","type":["null",{"type":"bytes","logicalType":"decimal","precision":38,"scale":6}]},
             {"name":"side","type":["null",{"type":"enum","name":"Side","symbols":["BUY","SELL"]}]},
             {"name":"fix","type":["null",{"type":"fixed","name":"Four","size":4}]}]}\
            """)).orThrow();
    }

    private static Row everyRow(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        byte[] four = new byte[4];
        random.nextBytes(four);
        byte[] digits = new byte[1 + random.nextInt(15)];
        random.nextBytes(digits);
        Object[] cells = {
            List.of("", "A", "Ünï 🙂", "x".repeat(random.nextInt(200))).get(random.nextInt(4)),
            random.nextLong(),
            (long) random.nextInt(),
            random.nextLong(),
            (double) (float) random.nextDouble(),
            random.nextInt(9) == 0 ? Double.NaN : random.nextDouble(),
            random.nextBoolean(),
            bytes,
            (long) random.nextInt(),
            random.nextLong(),
            new BigDecimal(new BigInteger(digits), 6),
            random.nextBoolean() ? "BUY" : "SELL",
            four
        };
        for (int i = 0; i < cells.length; i++) {
            if (i != 1 && random.nextInt(4) == 0) {
                cells[i] = null;
            }
        }
        return ArrayRow.of(cells);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readsWhatWasWritten(long seed) {
        var random = new SplittableRandom(seed);
        var schema = everyType();
        var writer = BatchWriter.of(schema);
        var reader = BatchReader.of(schema, List.of(0));
        for (int batch = 0; batch < 20; batch++) {
            List<Row> rows = new ArrayList<>();
            int size = 1 + random.nextInt(batch < 10 ? 10 : 300);
            for (int i = 0; i < size; i++) {
                rows.add(everyRow(random));
            }
            byte[] value = writer.write(rows);
            byte[] within = new byte[value.length + 11];
            System.arraycopy(value, 0, within, 5, value.length);
            // When
            var read = reader.read(within, 5, value.length).orThrow();
            // Then
            assertThat(read.size()).isEqualTo(size);
            for (int i = 0; i < size; i++) {
                assertThat(read.flaw(i)).isEmpty();
                assertThat(cells(read.at(i), 13)).isEqualTo(cells(rows.get(i), 13));
            }
        }
    }

    private static List<Object> cells(Row row, int columns) {
        return IntStream.range(0, columns)
                .mapToObj(i -> row.valueAt(i) instanceof byte[] bytes
                        ? Arrays.toString(bytes)
                        : String.valueOf(row.valueAt(i)))
                .map(Object.class::cast)
                .toList();
    }

    private static List<Field> tradeFields(ArrowType time) {
        return List.of(
                field("symbol", ArrowType.Utf8.INSTANCE),
                field("ts", time),
                field("price", DOUBLE),
                field("size", DOUBLE),
                field("trade_id", LONG));
    }

    private static Consumer<VectorSchemaRoot> twoTrades() {
        return root -> {
            root.allocateNew();
            for (int i = 0; i < 2; i++) {
                ((VarCharVector) root.getVector("symbol")).setSafe(i, new Text("S" + i));
                ((TimeStampVector) root.getVector("ts")).setSafe(i, 1_000 + i);
                ((Float8Vector) root.getVector("price")).setSafe(i, 2.5);
                ((Float8Vector) root.getVector("size")).setSafe(i, 1);
                ((BigIntVector) root.getVector("trade_id")).setSafe(i, i);
            }
            root.setRowCount(2);
        };
    }

    private Problem refused(byte[] value) {
        var read = trades.read(value, 0, value.length);
        assertThat(read).isInstanceOf(Result.Err.class);
        return ((Result.Err<BatchRows>) read).problem();
    }

    @Test
    void readsColumnsByNameOfNarrowerTypesAndCoarserUnits() {
        var fields = List.of(
                field("note", ArrowType.Utf8.INSTANCE),
                new Field("tags", ArrowBytes.nullable(ArrowType.List.INSTANCE), List.of(field("item", LONG))),
                field("size", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
                field("ts", new ArrowType.Timestamp(TimeUnit.SECOND, "America/New_York")),
                field("trade_id", new ArrowType.Int(32, false)),
                field("price", DOUBLE),
                field("symbol", ArrowType.LargeUtf8.INSTANCE));
        byte[] value = stream(fields, root -> {
            root.allocateNew();
            ((Float4Vector) root.getVector("size")).setSafe(0, 0.5f);
            ((TimeStampVector) root.getVector("ts")).setSafe(0, 7);
            ((UInt4Vector) root.getVector("trade_id")).setSafe(0, -1);
            ((Float8Vector) root.getVector("price")).setSafe(0, 1.25);
            ((LargeVarCharVector) root.getVector("symbol")).setSafe(0, new Text("A|B"));
            root.setRowCount(1);
        });
        // When
        var rows = trades.read(value, 0, value.length).orThrow();
        // Then
        assertThat(cells(rows.at(0), 5)).containsExactly("A|B", "7000000", "1.25", "0.5", "4294967295");
    }

    @Test
    void aColumnThatIsNotThereIsNullIfItMayBe() {
        var fields = tradeFields(MICROS);
        byte[] withoutId = stream(fields.subList(0, 4), root -> {
            twoCells(root);
        });
        assertThat(trades.read(withoutId, 0, withoutId.length).orThrow().at(1).isNull(4))
                .isTrue();
        byte[] withoutPrice = stream(List.of(fields.get(0), fields.get(1), fields.get(3)), BatchReaderTest::twoCells);
        assertThat(refused(withoutPrice).detail()).startsWith("column price is missing");
    }

    private static void twoCells(VectorSchemaRoot root) {
        root.allocateNew();
        ((VarCharVector) root.getVector("symbol")).setSafe(0, new Text("A"));
        ((TimeStampVector) root.getVector("ts")).setSafe(0, 1);
        ((VarCharVector) root.getVector("symbol")).setSafe(1, new Text("B"));
        ((TimeStampVector) root.getVector("ts")).setSafe(1, 2);
        root.setRowCount(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 64})
    void readsTextsOfADictionary(int bits) {
        var symbols = List.of("A", "B", "Ü");
        byte[] value =
                ArrowBytes.encoded("symbol", bits, symbols, Arrays.asList("B", "A", null, "Ü", "B"), allocator -> {
                    var ts = (TimeStampVector) field("ts", MICROS).createVector(allocator);
                    var price = new Float8Vector("price", allocator);
                    var size = new Float8Vector("size", allocator);
                    for (int i = 0; i < 5; i++) {
                        ts.setSafe(i, i);
                        price.setSafe(i, 1);
                        size.setSafe(i, 1);
                    }
                    ts.setValueCount(5);
                    price.setValueCount(5);
                    size.setValueCount(5);
                    return List.of(ts, price, size);
                });
        // When
        var rows = trades.read(value, 0, value.length).orThrow();
        // Then
        assertThat(IntStream.range(0, 5).mapToObj(i -> rows.at(i).valueAt(0)))
                .containsExactly("B", "A", null, "Ü", "B");
        assertThat(rows.key(0)).isEqualTo(rows.key(4)).isNotEqualTo(rows.key(1)).isNotNegative();
        assertThat(rows.key(2)).isEqualTo(BatchRows.NO_KEY);
        assertThat(rows.flaw(2))
                .hasValueSatisfying(problem -> assertThat(problem.detail()).isEqualTo("symbol is null"));
        assertThat(rows.flaw(3)).isEmpty();
        // And the same text has the same number from another writer
        byte[] plain = BatchWriter.of(TRADE).write(List.of(ArrayRow.of("Ü", 1L, 1.0, 1.0, null)));
        int key = rows.key(3);
        assertThat(trades.read(plain, 0, plain.length).orThrow().key(0)).isEqualTo(key);
    }

    @Test
    void oneBadCellIsAFlawOfItsRow() {
        var reader = BatchReader.of(everyType(), List.of(0));
        var writer = BatchWriter.of(everyType());
        var random = new SplittableRandom(5);
        @org.jspecify.annotations.Nullable Object[] wrong = new Object[13];
        wrong[1] = 5L;
        wrong[11] = "HOLD";
        wrong[12] = new byte[3];
        byte[] value = writer.write(List.of(everyRow(random), ArrayRow.of(wrong), ArrayRow.of(new Object[13])));
        // When
        var rows = reader.read(value, 0, value.length).orThrow();
        // Then
        assertThat(rows.flaw(0)).isEmpty();
        assertThat(rows.flaw(1).orElseThrow().detail()).isEqualTo("side is \"HOLD\", which is no symbol of its enum");
        assertThat(rows.flaw(2).orElseThrow().detail()).isEqualTo("t is null");
        // And text that is no UTF-8
        byte[] text = BatchWriter.of(TRADE)
                .write(List.of(ArrayRow.of("AB~~Z", 1L, 1.0, 1.0, null), ArrayRow.of("C", 1L, 1.0, 1.0, null)));
        int at = new String(text, StandardCharsets.ISO_8859_1).indexOf("~~");
        text[at] = (byte) 0xC3;
        var flawed = trades.read(text, 0, text.length).orThrow();
        assertThat(flawed.flaw(0).orElseThrow().detail()).isEqualTo("symbol is a text that is not UTF-8");
        assertThat(flawed.flaw(1)).isEmpty();
    }

    @Test
    void timesThatDoNotFitTheColumnsUnitAreFlaws() {
        byte[] value = stream(tradeFields(new ArrowType.Timestamp(TimeUnit.SECOND, "UTC")), root -> {
            twoTrades().accept(root);
            ((TimeStampVector) root.getVector("ts")).setSafe(1, Long.MAX_VALUE / 10);
        });
        var rows = trades.read(value, 0, value.length).orThrow();
        assertThat(rows.flaw(0)).isEmpty();
        assertThat(rows.flaw(1).orElseThrow().detail()).contains("does not fit into the unit");
    }

    @Test
    void otherTypesAreRefusedByName() {
        assertThat(refused(stream(tradeFields(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)), twoTrades()))
                        .detail())
                .isEqualTo(
                        "column ts is Timestamp(MICROSECOND, null); the stream's is Timestamp(MICROSECOND, UTC), cast"
                                + " it before it is sent");
        assertThat(refused(stream(tradeFields(new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC")), twoTrades()))
                        .detail())
                .startsWith("column ts is Timestamp(NANOSECOND, UTC)");
        var fields = new ArrayList<>(tradeFields(MICROS));
        fields.set(2, field("price", ArrowType.Utf8.INSTANCE));
        assertThat(refused(stream(fields, root -> root.setRowCount(1))).detail())
                .startsWith("column price is Utf8;");
        fields.set(2, field("symbol", ArrowType.Utf8.INSTANCE));
        assertThat(refused(stream(fields, root -> root.setRowCount(1))).detail())
                .isEqualTo("column symbol is there twice");
        fields.set(2, field("price", DOUBLE));
        fields.set(4, field("trade_id", new ArrowType.Int(64, false)));
        assertThat(refused(stream(fields, root -> root.setRowCount(1))).detail())
                .startsWith("column trade_id is Int(64, false);");
        fields.set(4, field("trade_id", new ArrowType.Int(32, true)));
        byte[] narrow = stream(fields, root -> {
            root.allocateNew();
            ((IntVector) root.getVector("trade_id")).setSafe(0, -5);
            root.setRowCount(1);
        });
        assertThat(trades.read(narrow, 0, narrow.length).orThrow().at(0).longAt(4))
                .isEqualTo(-5);
    }

    @Test
    void aValueIsOneStreamOfOneBatchWithRows() {
        byte[] good = stream(tradeFields(MICROS), twoTrades());
        assertThat(trades.read(good, 0, good.length).orThrow().size()).isEqualTo(2);
        assertThat(refused(stream(tradeFields(MICROS), twoTrades(), twoTrades()))
                        .detail())
                .startsWith("a record is one record batch");
        assertThat(refused(stream(tradeFields(MICROS))).detail()).startsWith("the value has no rows");
        assertThat(refused(stream(tradeFields(MICROS), root -> root.setRowCount(0)))
                        .detail())
                .startsWith("the value has no rows");
        assertThat(refused(Arrays.copyOf(good, good.length + 3)).detail())
                .isEqualTo("3 byte(s) follow the end of the stream");
        assertThat(refused("ARROW1\0\0".getBytes(StandardCharsets.UTF_8)).detail())
                .contains("not the file format");
        assertThat(refused(new byte[] {0, 0, 0, 0, 1, 2, 65, 66}).detail()).contains("begins no Arrow IPC message");
        assertThat(refused(new byte[0]).detail()).startsWith("the value ends at byte 0");
        for (int length = 1; length < good.length - 8; length++) {
            assertThat(trades.read(good, 0, length)).isInstanceOf(Result.Err.class);
        }
        // And the end of the stream may be left out
        assertThat(trades.read(good, 0, good.length - 8).orThrow().size()).isEqualTo(2);
    }

    @Test
    void fewBytesCannotComeToManyOfText() {
        var dictionary = List.of("x".repeat(100_000));
        var cells = java.util.Collections.nCopies(400, dictionary.getFirst());
        byte[] value = ArrowBytes.encoded("symbol", 8, dictionary, cells, allocator -> {
            var ts = (TimeStampVector) field("ts", MICROS).createVector(allocator);
            var price = new Float8Vector("price", allocator);
            var size = new Float8Vector("size", allocator);
            ts.setValueCount(400);
            price.setValueCount(400);
            size.setValueCount(400);
            return List.of(ts, price, size);
        });
        assertThat(value.length).isLessThan(200_000);
        assertThat(refused(value).detail())
                .isEqualTo("symbol comes to 40000000 bytes of text, more than 33554432; write smaller batches");
    }

    @Test
    void lengthsAreNotBelieved() {
        byte[] good = stream(tradeFields(MICROS), twoTrades());
        var ints = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 4 <= good.length; at += 4) {
            for (int hostile : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 1 << 30, 1 << 20}) {
                int was = ints.getInt(at);
                ints.putInt(at, hostile);
                trades.read(good, 0, good.length);
                ints.putInt(at, was);
            }
        }
        assertThat(trades.read(good, 0, good.length).orThrow().size()).isEqualTo(2);
    }
}

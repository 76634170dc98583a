package io.polaroid.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writers that are not the reader: against Avro's own generic reader, and against damage. */
class ResolutionTest {
    private static final int RECORDS = 400;
    private static final int DAMAGED = 20_000;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsWhatAvroReads(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < RECORDS; i++) {
            var pair = RandomSchemas.pair(random);
            Object datum = RandomSchemas.datum(pair.writer(), random);
            byte[] value = encode(pair.writer(), datum);
            RowCodec codec = RowCodec.of(pair.reader(), "s", registry).orThrow();

            Row row = codec.decode(value).orThrow();

            List<Object> expected = new ArrayList<>();
            flatten(oracle(pair, value), pair.reader(), expected);
            assertThat(row).isEqualTo(new ArrayRow(expected.toArray()));
            assertThat(codec.decode(codec.encode(row))).isEqualTo(Result.ok(row));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void damagedBytesAreARowOrAProblemAndNeverMore(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < DAMAGED; i++) {
            var pair = RandomSchemas.pair(random);
            byte[] value = damage(encode(pair.writer(), RandomSchemas.datum(pair.writer(), random)), random);
            Result<Row> result =
                    RowCodec.of(pair.reader(), "s", registry).orThrow().decode(value);
            if (result instanceof Result.Err<Row> err) {
                assertThat(err.problem().code()).isIn(ProblemCode.MALFORMED_RECORD, ProblemCode.WRONG_TYPE);
                assertThat(err.problem().detail()).isNotBlank();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(DAMAGED / 10);
    }

    @ParameterizedTest
    @CsvSource({
        "timestamp-millis, timestamp-micros, 7, 7000",
        "timestamp-millis, timestamp-nanos, -7, -7000000",
        "timestamp-micros, timestamp-micros, 7, 7",
        "none, timestamp-micros, 7, 7",
        "timestamp-micros, timestamp-millis, 7, field x: writer has times in MICROSECOND",
        "timestamp-millis, local-timestamp-millis, 7, field x: one of writer and reader has a local time",
        "timestamp-millis, timestamp-nanos, 9223372036854775807, field x: time 9223372036854775807 is beyond"
    })
    void timesKeepTheirMeaning(String writer, String reader, long written, String expected) throws IOException {
        Schema from = AvroArrowTest.record("x", time(writer));
        var datum = new org.apache.avro.generic.GenericData.Record(from);
        datum.put("x", written);

        Result<Row> result = RowCodec.of(AvroArrowTest.record("x", time(reader)), "s", registry)
                .orThrow()
                .decode(encode(from, datum));

        String seen = switch (result) {
            case Result.Ok<Row> ok -> String.valueOf(ok.value().longAt(0));
            case Result.Err<Row> err -> err.problem().detail();
        };
        assertThat(seen).startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"string\"; \"long\"; field x: writer has string, reader has long",
                "[\"null\",\"long\"]; \"long\"; field x: writer has null, reader has long",
                "{\"type\":\"array\",\"items\":\"int\"}; \"long\"; field x: writer has array, reader has long",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]};"
                        + " {\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\"]};"
                        + " field x: symbol A of the writer is none of [B]"
            })
    void saysWhyAWriterCannotBeRead(String writer, String reader, String detail) {
        int id = registry.register("s", AvroArrowTest.record("x", writer)).orThrow();
        byte[] value =
                ByteBuffer.allocate(6).put((byte) 0).putInt(id).put((byte) 0).array();

        var result = RowCodec.of(AvroArrowTest.record("x", reader), "s", registry)
                .orThrow()
                .decode(value);

        assertThat(result).isInstanceOfSatisfying(Result.Err.class, err -> {
            assertThat(err.problem().code()).isEqualTo(ProblemCode.WRONG_TYPE);
            assertThat(err.problem().detail()).isEqualTo(detail);
        });
    }

    @Test
    void namesTheFieldThatAWriterLacks() {
        int id = registry.register("s", AvroArrowTest.record("y", "\"int\"")).orThrow();
        byte[] value =
                ByteBuffer.allocate(6).put((byte) 0).putInt(id).put((byte) 0).array();

        var result = RowCodec.of(AvroArrowTest.record("x", "\"int\""), "s", registry)
                .orThrow()
                .decode(value);

        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().detail())
                                .endsWith("lacks a field that has no default in the reader: x"));
    }

    @Test
    void countsOfItemsWithoutBytesAreNotCountedThrough() {
        Schema writer = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":["
                        + "{\"name\":\"nothings\",\"type\":{\"type\":\"array\",\"items\":\"null\"}},"
                        + "{\"name\":\"x\",\"type\":\"int\"}]}");
        int id = registry.register("s", writer).orThrow();
        var value = ByteBuffer.allocate(17).put((byte) 0).putInt(id);
        // Long.MAX_VALUE as a zigzag varint, then the end of the array, then x = 1.
        value.put(new byte[] {-2, -1, -1, -1, -1, -1, -1, -1, -1, 1, 0, 2});

        Result<Row> result = RowCodec.of(AvroArrowTest.record("x", "\"int\""), "s", registry)
                .orThrow()
                .decode(value.array());

        assertThat(result).isEqualTo(Result.ok(ArrayRow.of(1L)));
    }

    @Test
    void cellsThatAColumnCannotHoldAreRefused() {
        record Case(String type, Object cell) {}
        var cases = List.of(
                new Case("\"int\"", 1L << 40),
                new Case("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "Z"),
                new Case("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}", new byte[3]),
                new Case("\"string\"", 1L),
                new Case(
                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":2}",
                        new BigDecimal("1.234")),
                new Case(
                        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":2}",
                        new BigDecimal("100.00")));

        for (Case each : cases) {
            RowCodec codec = RowCodec.of(AvroArrowTest.record("x", each.type()), "s", registry)
                    .orThrow();
            assertThatThrownBy(() -> codec.encode(ArrayRow.of(each.cell())))
                    .isInstanceOfSatisfying(
                            PolaroidException.class,
                            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.WRONG_TYPE));
            assertThatThrownBy(() -> codec.encode(new ArrayRow(new Object[] {null})))
                    .hasMessageContaining("missing-field");
        }
    }

    private static String time(String logical) {
        return logical.equals("none") ? "\"long\"" : "{\"type\":\"long\",\"logicalType\":\"" + logical + "\"}";
    }

    private static byte[] damage(byte[] value, SplittableRandom random) {
        byte[] damaged =
                random.nextInt(4) == 0 ? Arrays.copyOf(value, random.nextInt(value.length + 4)) : value.clone();
        int from = random.nextInt(10) == 0 ? 0 : 5;
        for (int hits = 1 + random.nextInt(4); hits > 0 && damaged.length > from; hits--) {
            int at = from + random.nextInt(damaged.length - from);
            damaged[at] = random.nextBoolean() ? (byte) -1 : (byte) random.nextInt();
        }
        return damaged;
    }

    private byte[] encode(Schema writer, Object datum) throws IOException {
        int id = registry.register("s", writer).orThrow();
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(writer).write(datum, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static Object oracle(RandomSchemas.Pair pair, byte[] value) throws IOException {
        return new GenericDatumReader<>(pair.writer(), pair.reader())
                .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    }

    /** The cells of a generic record, as rows have them. */
    private static void flatten(Object value, Schema type, List<Object> cells) {
        switch (type.getType()) {
            case UNION -> flatten(value, nonNull(type), cells);
            case RECORD ->
                type.getFields()
                        .forEach(field -> flatten(
                                value == null ? null : ((IndexedRecord) value).get(field.pos()),
                                field.schema(),
                                cells));
            default -> cells.add(cell(value, type));
        }
    }

    private static Object cell(Object value, Schema type) {
        return switch (value) {
            case null -> null;
            case Integer number -> number.longValue();
            case Float number -> number.doubleValue();
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                yield type.getLogicalType() == null ? bytes : decimal(bytes, type);
            }
            case GenericFixed fixed -> type.getLogicalType() == null ? fixed.bytes() : decimal(fixed.bytes(), type);
            case Long number -> number;
            case Double number -> number;
            case Boolean bool -> bool;
            default -> value.toString();
        };
    }

    private static BigDecimal decimal(byte[] bytes, Schema type) {
        int scale = ((org.apache.avro.LogicalTypes.Decimal) type.getLogicalType()).getScale();
        return new BigDecimal(new java.math.BigInteger(bytes), scale);
    }

    private static Schema nonNull(Schema union) {
        return union.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
    }
}

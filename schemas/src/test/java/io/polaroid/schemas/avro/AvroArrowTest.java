package io.polaroid.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AvroArrowTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"int\"; Int(32, true)",
                "\"long\"; Int(64, true)",
                "\"float\"; FloatingPoint(SINGLE)",
                "\"double\"; FloatingPoint(DOUBLE)",
                "\"boolean\"; Bool",
                "\"string\"; Utf8",
                "\"bytes\"; Binary",
                "{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}; Binary",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}; Utf8",
                "{\"type\":\"int\",\"logicalType\":\"date\"}; Date(DAY)",
                "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}; Timestamp(MILLISECOND, UTC)",
                "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}; Timestamp(MICROSECOND, UTC)",
                "{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}; Timestamp(NANOSECOND, UTC)",
                "{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}; Timestamp(MILLISECOND, null)",
                "{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}; Timestamp(MICROSECOND, null)",
                "{\"type\":\"long\",\"logicalType\":\"local-timestamp-nanos\"}; Timestamp(NANOSECOND, null)",
                "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":20,\"scale\":4}; Decimal(20, 4, 128)",
                "{\"type\":\"long\",\"logicalType\":\"time-micros\"}; Int(64, true)",
                "{\"type\":\"string\",\"logicalType\":\"uuid\"}; Utf8"
            })
    void mapsEachType(String avro, String arrow) {
        Field field = column(avro);

        assertThat(field.getType()).hasToString(arrow);
        assertThat(field.isNullable()).isFalse();
        assertThat(column("[\"null\"," + avro + "]").isNullable()).isTrue();
        assertThat(column("[" + avro + ",\"null\"]").getType()).isEqualTo(field.getType());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"null\"; field x is an Avro null",
                "[\"null\"]; field x can only be null",
                "[\"int\",\"string\"]; field x is a union of several types",
                "{\"type\":\"array\",\"items\":\"int\"}; field x is an Avro array",
                "{\"type\":\"map\",\"values\":\"int\"}; field x is an Avro map",
                "[\"null\",\"R\"]; field x is a record within itself",
                "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":39}; field x is decimal(39, 0)"
            })
    void namesTheFieldThatHasNoColumnType(String avro, String detail) {
        var result = AvroArrow.toArrow(record("x", avro));

        assertThat(result).isInstanceOfSatisfying(Result.Err.class, err -> {
            assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_CONFIG);
            assertThat(err.problem().detail()).startsWith(detail);
        });
    }

    @Test
    void flattensNestedRecords() {
        Schema avro = record(
                "a",
                "[\"null\",{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"b\",\"type\":\"int\"},"
                        + "{\"name\":\"c\",\"type\":{\"type\":\"record\",\"name\":\"C\",\"fields\":["
                        + "{\"name\":\"d\",\"type\":\"string\"}]}}]}]");

        List<Field> fields = AvroArrow.toArrow(avro).orThrow().getFields();

        assertThat(fields).extracting(Field::getName).containsExactly("a.b", "a.c.d");
        assertThat(fields).allMatch(Field::isNullable);
    }

    static Stream<Schema> builtIns() {
        return Stream.of(
                BuiltInSchemas.trade(), BuiltInSchemas.quote(), BuiltInSchemas.late(), BuiltInSchemas.deadLetter());
    }

    @ParameterizedTest
    @MethodSource("builtIns")
    void builtInSchemasGoThereAndBack(Schema avro) {
        var arrow = AvroArrow.toArrow(avro).orThrow();

        Schema back = AvroArrow.toAvro(arrow, avro.getFullName()).orThrow();

        assertThat(back.toString()).isEqualTo(avro.toString());
    }

    @Test
    void dottedColumnsThatStandTogetherBecomeARecord() {
        var arrow = schema(intColumn("a.b"), intColumn("a.c.d"), intColumn("e"));

        Schema avro = AvroArrow.toAvro(arrow, "io.polaroid.View").orThrow();

        assertThat(avro.getFields()).extracting(Schema.Field::name).containsExactly("a", "e");
        assertThat(AvroArrow.toArrow(avro)).isEqualTo(Result.ok(arrow));
        assertThat(AvroArrow.toAvro(schema(intColumn("a.b"), intColumn("e"), intColumn("a.c")), "V"))
                .isInstanceOf(Result.Err.class);
    }

    @Test
    void namesTheColumnThatAvroHasNot() {
        var seconds = new Field("s", FieldType.notNullable(new ArrowType.Timestamp(TimeUnit.SECOND, "UTC")), null);
        var struct = new Field("t", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(intColumn("u")));
        var unsigned = new Field("v", FieldType.notNullable(new ArrowType.Int(64, false)), null);
        var badName = new Field("w-x", FieldType.notNullable(ArrowType.Utf8.INSTANCE), null);

        for (Field field : List.of(seconds, struct, unsigned, badName)) {
            assertThat(AvroArrow.toAvro(schema(field), "V"))
                    .isInstanceOfSatisfying(
                            Result.Err.class,
                            err -> assertThat(err.problem().detail()).startsWith("column " + field.getName()));
        }
    }

    private static Field intColumn(String name) {
        return new Field(name, FieldType.nullable(new ArrowType.Int(32, true)), null);
    }

    private static org.apache.arrow.vector.types.pojo.Schema schema(Field... fields) {
        return new org.apache.arrow.vector.types.pojo.Schema(List.of(fields));
    }

    private static Field column(String avro) {
        return AvroArrow.toArrow(record("x", avro)).orThrow().getFields().getFirst();
    }

    static Schema record(String field, String type) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"" + field + "\",\"type\":" + type
                        + "}]}");
    }
}

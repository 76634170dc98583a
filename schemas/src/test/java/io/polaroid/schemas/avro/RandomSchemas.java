package io.polaroid.schemas.avro;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Random record schemas, readers that have evolved from them, and data. */
final class RandomSchemas {
    private RandomSchemas() {}

    /** A writer, and a reader that can read it. */
    record Pair(Schema writer, Schema reader) {}

    static Pair pair(SplittableRandom random) {
        return record("R", random, 0);
    }

    private static Pair record(String name, SplittableRandom random, int depth) {
        List<Schema.Field> written = new ArrayList<>();
        List<Schema.Field> read = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            String field = "f" + i;
            Pair types = random.nextInt(6) == 0 && depth < 2
                    ? record(name + "_" + field, random, depth + 1)
                    : leaf(name + "_" + field, random);
            types = nullable(types, random);
            switch (random.nextInt(6)) {
                case 0 -> written.add(new Schema.Field(field, writerOnly(types.writer(), random)));
                case 1 -> read.add(new Schema.Field(field, Schema.create(Schema.Type.LONG), null, 7L));
                default -> {
                    written.add(new Schema.Field(field, types.writer()));
                    read.add(new Schema.Field(field, types.reader()));
                }
            }
        }
        read.add(new Schema.Field("text", Schema.create(Schema.Type.STRING), null, "none"));
        Collections.shuffle(read, new Random(random.nextLong()));
        return new Pair(
                Schema.createRecord(name, null, "io.polaroid.test", false, written),
                Schema.createRecord(name, null, "io.polaroid.test", false, read));
    }

    private static Schema writerOnly(Schema type, SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> Schema.createArray(type);
            case 1 -> Schema.createMap(type);
            default -> type;
        };
    }

    private static Pair nullable(Pair types, SplittableRandom random) {
        Schema nothing = Schema.create(Schema.Type.NULL);
        Schema reader = random.nextBoolean()
                ? Schema.createUnion(nothing, types.reader())
                : Schema.createUnion(types.reader(), nothing);
        return switch (random.nextInt(4)) {
            case 0 -> new Pair(Schema.createUnion(nothing, types.writer()), reader);
            case 1 -> new Pair(types.writer(), reader);
            default -> types;
        };
    }

    private static Pair leaf(String name, SplittableRandom random) {
        return switch (random.nextInt(10)) {
            case 0 ->
                pair(
                        Schema.Type.INT,
                        any(random, Schema.Type.INT, Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE));
            case 1 -> pair(Schema.Type.LONG, any(random, Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE));
            case 2 -> pair(Schema.Type.FLOAT, any(random, Schema.Type.FLOAT, Schema.Type.DOUBLE));
            case 3 -> pair(Schema.Type.DOUBLE, Schema.Type.DOUBLE);
            case 4 -> pair(Schema.Type.STRING, any(random, Schema.Type.STRING, Schema.Type.BYTES));
            case 5 -> pair(Schema.Type.BYTES, Schema.Type.BYTES);
            case 6 -> pair(Schema.Type.BOOLEAN, Schema.Type.BOOLEAN);
            case 7 -> {
                Schema decimal = LogicalTypes.decimal(20, random.nextInt(5))
                        .addToSchema(
                                random.nextBoolean()
                                        ? Schema.create(Schema.Type.BYTES)
                                        : Schema.createFixed(name, null, "io.polaroid.test", 9));
                yield new Pair(decimal, decimal);
            }
            case 8 -> {
                Schema fixed = Schema.createFixed(name, null, "io.polaroid.test", 1 + random.nextInt(5));
                yield new Pair(fixed, fixed);
            }
            default ->
                new Pair(
                        Schema.createEnum(name, null, "io.polaroid.test", List.of("A", "B", "C")),
                        Schema.createEnum(name, null, "io.polaroid.test", List.of("C", "X", "B"), "X"));
        };
    }

    private static Pair pair(Schema.Type writer, Schema.Type reader) {
        return new Pair(Schema.create(writer), Schema.create(reader));
    }

    private static Schema.Type any(SplittableRandom random, Schema.Type... types) {
        return types[random.nextInt(types.length)];
    }

    /** A random value of a type. */
    static Object datum(Schema type, SplittableRandom random) {
        return switch (type.getType()) {
            case NULL -> null;
            case BOOLEAN -> random.nextBoolean();
            case INT -> random.nextInt() >> random.nextInt(32);
            case LONG -> random.nextLong() >> random.nextInt(64);
            case FLOAT -> (float) random.nextInt(1000) / 8;
            case DOUBLE -> random.nextDouble() * 1e6;
            case STRING -> "é|\\".repeat(random.nextInt(3)) + random.nextInt(100);
            case BYTES -> ByteBuffer.wrap(bytes(1 + random.nextInt(8), random));
            case FIXED -> {
                byte[] bytes = bytes(type.getFixedSize(), random);
                // Keeps decimals within their digits.
                bytes[0] = 0;
                yield new GenericData.Fixed(type, bytes);
            }
            case ENUM ->
                new GenericData.EnumSymbol(
                        type,
                        type.getEnumSymbols()
                                .get(random.nextInt(type.getEnumSymbols().size())));
            case UNION ->
                datum(type.getTypes().get(random.nextInt(type.getTypes().size())), random);
            case ARRAY ->
                List.of(datum(item(type.getElementType()), random), datum(item(type.getElementType()), random));
            case MAP -> Map.of("k", datum(item(type.getValueType()), random));
            case RECORD -> {
                var record = new GenericData.Record(type);
                type.getFields().forEach(field -> record.put(field.pos(), datum(field.schema(), random)));
                yield record;
            }
        };
    }

    /** Java's immutable collections hold no null. */
    private static Schema item(Schema type) {
        return type.getType() == Schema.Type.UNION ? type.getTypes().getLast() : type;
    }

    private static byte[] bytes(int size, SplittableRandom random) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}

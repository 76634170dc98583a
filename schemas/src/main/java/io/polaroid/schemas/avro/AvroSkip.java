package io.polaroid.schemas.avro;

import java.util.List;
import org.apache.avro.Schema;

/**
 * Passes over a value that no column wants, such as a field that only the writer has.
 *
 * @param type the writer's type
 */
record AvroSkip(Schema type) {
    /** Deeper than any sane schema and shallower than any stack; only recursive types reach it. */
    private static final int MAX_DEPTH = 200;

    void skip(AvroInput in) {
        skip(in, type, 0);
    }

    private static void skip(AvroInput in, Schema type, int depth) {
        if (depth > MAX_DEPTH) {
            throw MalformedBytes.malformed(
                    "values are nested more than " + MAX_DEPTH + " deep at byte " + in.position());
        }
        switch (type.getType()) {
            case NULL -> {}
            case BOOLEAN -> in.skip(1);
            case INT, LONG, ENUM -> in.readLong();
            case FLOAT -> in.skip(4);
            case DOUBLE -> in.skip(8);
            case STRING, BYTES -> in.skipBytes();
            case FIXED -> in.skip(type.getFixedSize());
            case RECORD -> type.getFields().forEach(field -> skip(in, field.schema(), depth + 1));
            case UNION -> skip(in, branch(in, type.getTypes()), depth + 1);
            case ARRAY -> skipBlocks(in, type.getElementType(), false, depth);
            case MAP -> skipBlocks(in, type.getValueType(), true, depth);
        }
    }

    private static Schema branch(AvroInput in, List<Schema> types) {
        int index = in.readInt();
        if (index < 0 || index >= types.size()) {
            throw MalformedBytes.malformed("a union index is " + index + " at byte " + in.position()
                    + ", but the union has " + types.size() + " branches");
        }
        return types.get(index);
    }

    private static void skipBlocks(AvroInput in, Schema item, boolean keyed, int depth) {
        for (long count = in.readLong(); count != 0; count = in.readLong()) {
            if (count < 0) {
                long size = in.readLong();
                if (size < 0 || size > in.remaining()) {
                    throw MalformedBytes.malformed("a block is " + size + " bytes long at byte " + in.position()
                            + ", but " + in.remaining() + " bytes are left");
                }
                in.skip((int) size);
                continue;
            }
            for (long i = 0; i < count; i++) {
                int before = in.position();
                if (keyed) {
                    in.skipBytes();
                }
                skip(in, item, depth + 1);
                if (in.position() == before) {
                    // Items of no bytes: any count of them is no bytes, so there is nothing to count through.
                    break;
                }
            }
        }
    }
}

package io.polaroid.schemas.arrow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Where the columns of a stream are in the batches of one writer.
 *
 * @param readers by column of the stream
 * @param buffers number of the first buffer of each column
 * @param nodes how many columns a batch has, those within columns too
 * @param allBuffers how many buffers a batch has
 * @param dictionaries by number
 */
record BatchLayout(
        List<ColumnReader> readers, int[] buffers, int nodes, int allBuffers, Map<Long, Dictionary> dictionaries) {
    private static final int MOST_FIELDS = 10_000;
    private static final int MOST_DEPTH = 16;
    private static final int MOST_NAME = 1_000;

    /** A column of the writer: its field and the number of its first buffer. */
    private record Written(Field field, int buffer) {}

    /**
     * The layout for a writer's schema.
     *
     * @throws NoBatch {@code WRONG_TYPE} naming the column that cannot be read as the stream's
     */
    static BatchLayout of(Schema writer, List<StreamColumn> columns) {
        if (writer.endianness() != Endianness.Little) {
            throw NoBatch.wrongType("the batch is big-endian; write it little-endian");
        }
        var counted = new Counted();
        var written = new HashMap<String, Written>();
        int fields = bounded(writer.fieldsLength());
        for (int i = 0; i < fields; i++) {
            Field field = writer.fields(i);
            int buffer = counted.buffers;
            counted.add(field, 0);
            if (written.put(name(field), new Written(field, buffer)) != null) {
                throw NoBatch.wrongType("column " + name(field) + " is there twice");
            }
        }
        var readers = new ArrayList<ColumnReader>();
        var dictionaries = new HashMap<Long, Dictionary>();
        int[] buffers = new int[columns.size()];
        for (int i = 0; i < buffers.length; i++) {
            StreamColumn column = columns.get(i);
            Written found = written.get(column.name());
            if (found == null || found.field().typeType() == Type.Null) {
                readers.add(column.absent(found != null));
                continue;
            }
            buffers[i] = found.buffer();
            DictionaryEncoding encoding = found.field().dictionary();
            ColumnReader reader = column.reader(found.field());
            if (encoding != null && reader instanceof Dictionary dictionary) {
                if (dictionaries.put(encoding.id(), dictionary) != null) {
                    throw NoBatch.wrongType("two columns have the dictionary " + encoding.id() + "; give each its own");
                }
            }
            readers.add(reader);
        }
        return new BatchLayout(readers, buffers, counted.nodes, counted.buffers, dictionaries);
    }

    /** The columns of a writer that rows can have, in the types that they would have there. */
    static org.apache.arrow.vector.types.pojo.Schema columns(Schema writer) {
        var columns = new ArrayList<org.apache.arrow.vector.types.pojo.Field>();
        int fields = bounded(writer.fieldsLength());
        for (int i = 0; i < fields; i++) {
            Field field = writer.fields(i);
            String name = name(field);
            StreamColumn.typeFor(ArrowType.getTypeForField(field))
                    .ifPresent(type -> columns.add(org.apache.arrow.vector.types.pojo.Field.nullable(name, type)));
        }
        return new org.apache.arrow.vector.types.pojo.Schema(columns);
    }

    private static int bounded(int fields) {
        if (fields < 0 || fields > MOST_FIELDS) {
            throw NoBatch.malformed("the schema is said to have " + fields + " columns");
        }
        return fields;
    }

    private static String name(Field field) {
        var bytes = field.nameAsByteBuffer();
        if (bytes == null) {
            return "";
        }
        if (bytes.remaining() > MOST_NAME) {
            throw NoBatch.malformed("a column has a name of " + bytes.remaining() + " bytes");
        }
        return field.name();
    }

    /** Counts nodes and buffers, as the format lays them out. */
    private static final class Counted {
        int nodes;
        int buffers;

        void add(Field field, int depth) {
            nodes++;
            if (nodes > MOST_FIELDS || depth > MOST_DEPTH) {
                throw NoBatch.malformed("the schema has too many columns within columns");
            }
            boolean isEncoded = field.dictionary() != null;
            buffers += isEncoded ? 2 : buffersOf(field);
            int children = isEncoded ? 0 : bounded(field.childrenLength());
            for (int i = 0; i < children; i++) {
                add(field.children(i), depth + 1);
            }
        }

        private static int buffersOf(Field field) {
            return switch (field.typeType()) {
                case Type.Null -> 0;
                case Type.Struct_, Type.FixedSizeList -> 1;
                case Type.Int,
                        Type.FloatingPoint,
                        Type.Bool,
                        Type.Decimal,
                        Type.Date,
                        Type.Time,
                        Type.Timestamp,
                        Type.Interval,
                        Type.Duration,
                        Type.FixedSizeBinary,
                        Type.List,
                        Type.LargeList,
                        Type.Map -> 2;
                case Type.Utf8, Type.LargeUtf8, Type.Binary, Type.LargeBinary -> 3;
                default ->
                    throw NoBatch.wrongType("column " + name(field) + " is an Arrow " + Type.name(field.typeType())
                            + ", which cannot be in a batch; cast it, views to string or binary");
            };
        }
    }
}

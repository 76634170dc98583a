package io.polaroid.query;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Small tables, written down column by column. */
public final class Frames {
    private Frames() {}

    /** A table of columns, which it takes over. */
    public static VectorSchemaRoot of(FieldVector... columns) {
        return new VectorSchemaRoot(Arrays.asList(columns));
    }

    /** Whole numbers. */
    public static FieldVector longs(BufferAllocator allocator, String name, @Nullable Long... cells) {
        var vector = new BigIntVector(name, allocator);
        vector.allocateNew(cells.length);
        for (int row = 0; row < cells.length; row++) {
            if (cells[row] instanceof Long cell) {
                vector.set(row, cell);
            } else {
                vector.setNull(row);
            }
        }
        vector.setValueCount(cells.length);
        return vector;
    }

    /** Numbers. */
    public static FieldVector doubles(BufferAllocator allocator, String name, @Nullable Double... cells) {
        var vector = new Float8Vector(name, allocator);
        vector.allocateNew(cells.length);
        for (int row = 0; row < cells.length; row++) {
            if (cells[row] instanceof Double cell) {
                vector.set(row, cell);
            } else {
                vector.setNull(row);
            }
        }
        vector.setValueCount(cells.length);
        return vector;
    }

    /** Texts. */
    public static FieldVector texts(BufferAllocator allocator, String name, @Nullable String... cells) {
        var vector = new VarCharVector(name, allocator);
        vector.allocateNew(cells.length);
        for (int row = 0; row < cells.length; row++) {
            if (cells[row] instanceof String cell) {
                vector.setSafe(row, cell.getBytes(StandardCharsets.UTF_8));
            } else {
                vector.setNull(row);
            }
        }
        vector.setValueCount(cells.length);
        return vector;
    }

    /** Times in UTC, as microseconds. */
    public static FieldVector times(BufferAllocator allocator, String name, long... cells) {
        var type = FieldType.nullable(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"));
        var vector = new TimeStampMicroTZVector(name, type, allocator);
        vector.allocateNew(cells.length);
        for (int row = 0; row < cells.length; row++) {
            vector.set(row, cells[row]);
        }
        vector.setValueCount(cells.length);
        return vector;
    }

    /** The rows as text, cells apart by spaces. */
    public static List<String> rows(VectorSchemaRoot table) {
        return table.contentToTSVString()
                .lines()
                .skip(1)
                .map(line -> line.replace('\t', ' '))
                .toList();
    }
}

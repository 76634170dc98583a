package io.polaroid.timeseries.column;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.util.TransferPair;

/** Takes rows of a column, of any Arrow type, into a new column. */
public final class Gather {
    /** In place of a row: null. */
    public static final int NULL = -1;

    private static final int FEWEST_ROWS = 1 << 16;
    private static final long MOST_BYTES = Integer.MAX_VALUE - 16L;

    private Gather() {}

    /** The field of a column some of whose rows may be taken as null. */
    public static Field nullable(Field field) {
        var type = field.getFieldType();
        return new Field(
                field.getName(),
                new FieldType(true, type.getType(), type.getDictionary(), type.getMetadata()),
                field.getChildren());
    }

    /** The field by another name. */
    public static Field renamed(Field field, String name) {
        return new Field(name, field.getFieldType(), field.getChildren());
    }

    /**
     * All rows of a column under another field of the same type: shares the buffers where both allocators have one root, else copies.
     *
     * @return a column that the caller closes
     */
    public static FieldVector share(FieldVector source, Field as, BufferAllocator allocator) {
        int size = source.getValueCount();
        if (source instanceof NullVector) {
            return new NullVector(as, size);
        }
        if (source.getAllocator().getRoot().equals(allocator.getRoot()) && size > 0) {
            TransferPair pair = source.getTransferPair(as, allocator);
            FieldVector shared = (FieldVector) pair.getTo();
            try {
                pair.splitAndTransfer(0, size);
                return shared;
            } catch (RuntimeException failure) {
                shared.close();
                throw failure;
            }
        }
        int[] rows = new int[size];
        for (int row = 0; row < size; row++) {
            rows[row] = row;
        }
        return rows(source, rows, as, allocator);
    }

    /** The rows at these indexes, each one of the source's or {@link #NULL}, under its own field, nullable. */
    public static FieldVector rows(FieldVector source, int[] rows, BufferAllocator allocator) {
        return rows(source, rows, nullable(source.getField()), allocator);
    }

    /**
     * The rows at these indexes, each one of the source's or {@link #NULL}, in that order.
     *
     * @param as the field of the new column, of the source's type
     * @return a column that the caller closes
     */
    public static FieldVector rows(FieldVector source, int[] rows, Field as, BufferAllocator allocator) {
        return rows(source, rows, as, allocator, Workers.INLINE);
    }

    /** The same in parts, where the cells have a fixed width. */
    public static FieldVector rows(
            FieldVector source, int[] rows, Field as, BufferAllocator allocator, Workers workers) {
        FieldVector target = as.createVector(allocator);
        try {
            fill(source, rows, target, workers);
            return target;
        } catch (RuntimeException failure) {
            target.close();
            throw failure;
        }
    }

    private static void fill(FieldVector source, int[] rows, FieldVector target, Workers workers) {
        boolean none = source.getValueCount() == 0;
        if (source instanceof BitVector from && target instanceof BitVector to) {
            to.allocateNew(rows.length);
            bits(from, rows, to, none);
        } else if (source instanceof BaseFixedWidthVector from
                && target instanceof BaseFixedWidthVector to
                && fits(from, rows.length)) {
            to.allocateNew(rows.length);
            validity(source, rows, to.getValidityBuffer(), none);
            if (!none && rows.length > 0) {
                int parts = Math.max(1, Math.min(workers.parallelism(), rows.length / FEWEST_ROWS));
                workers.run(parts, part -> {
                    int start = (int) ((long) rows.length * part / parts);
                    fixed(from, rows, start, (int) ((long) rows.length * (part + 1) / parts), to);
                });
            }
            to.setValueCount(rows.length);
        } else if (source instanceof BaseVariableWidthVector from && target instanceof BaseVariableWidthVector to) {
            variable(from, rows, to, none);
        } else if (source instanceof NullVector) {
            target.setValueCount(rows.length);
        } else {
            target.allocateNew();
            for (int at = 0; at < rows.length; at++) {
                if (rows[at] == NULL) {
                    target.setNull(at);
                } else {
                    target.copyFromSafe(rows[at], at, source);
                }
            }
            target.setValueCount(rows.length);
        }
    }

    private static boolean fits(BaseFixedWidthVector from, int rows) {
        return (long) from.getTypeWidth() * Math.max(from.getValueCount(), rows) <= MOST_BYTES;
    }

    private static void bits(BitVector from, int[] rows, BitVector to, boolean none) {
        validity(from, rows, to.getValidityBuffer(), none);
        Validity ones = Validity.none(rows.length);
        if (!none) {
            ArrowBuf data = from.getDataBuffer();
            for (int at = 0; at < rows.length; at++) {
                if (rows[at] != NULL && BitVectorHelper.get(data, rows[at]) != 0) {
                    ones.set(at);
                }
            }
        }
        ones.write(to.getDataBuffer());
        to.setValueCount(rows.length);
    }

    private static void validity(FieldVector source, int[] rows, ArrowBuf bits, boolean none) {
        Validity valid = Validity.all(rows.length);
        boolean hasNulls = !none && source.getNullCount() > 0;
        Validity had = hasNulls ? Column.of(source).validity() : valid;
        for (int at = 0; at < rows.length; at++) {
            int row = rows[at];
            if (row == NULL || hasNulls && !had.get(row)) {
                valid.clear(at);
            }
        }
        valid.write(bits);
    }

    private static void fixed(BaseFixedWidthVector from, int[] rows, int start, int end, BaseFixedWidthVector to) {
        int width = from.getTypeWidth();
        ByteBuffer source = bytes(from.getDataBuffer(), (long) from.getValueCount() * width);
        ByteBuffer target = bytes(to.getDataBuffer(), (long) rows.length * width);
        switch (width) {
            case Long.BYTES -> {
                LongBuffer in = source.asLongBuffer();
                LongBuffer out = target.asLongBuffer();
                for (int at = start; at < end; at++) {
                    out.put(at, rows[at] == NULL ? 0 : in.get(rows[at]));
                }
            }
            case Integer.BYTES -> {
                IntBuffer in = source.asIntBuffer();
                IntBuffer out = target.asIntBuffer();
                for (int at = start; at < end; at++) {
                    out.put(at, rows[at] == NULL ? 0 : in.get(rows[at]));
                }
            }
            default -> {
                for (int at = start; at < end; at++) {
                    for (int i = 0; i < width; i++) {
                        target.put(at * width + i, rows[at] == NULL ? 0 : source.get(rows[at] * width + i));
                    }
                }
            }
        }
    }

    private static void variable(BaseVariableWidthVector from, int[] rows, BaseVariableWidthVector to, boolean none) {
        int[] offsets = none ? new int[] {0} : Bulk.ints(from.getOffsetBuffer(), from.getValueCount() + 1);
        long total = 0;
        for (int row : rows) {
            total += row == NULL ? 0 : offsets[row + 1] - offsets[row];
        }
        to.allocateNew(total + Long.BYTES, rows.length);
        validity(from, rows, to.getValidityBuffer(), none);
        int[] starts = new int[rows.length + 1];
        ByteBuffer source = bytes(from.getDataBuffer(), from.getDataBuffer().capacity());
        ByteBuffer target = bytes(to.getDataBuffer(), total + Long.BYTES);
        int readable = source.capacity() - Long.BYTES;
        int next = 0;
        for (int at = 0; at < rows.length; at++) {
            if (rows[at] != NULL) {
                int start = offsets[rows[at]];
                int length = offsets[rows[at] + 1] - start;
                if (length <= Long.BYTES && start <= readable) {
                    // What is written beyond the length is overwritten by the next text, or stays behind the last.
                    target.putLong(next, source.getLong(start));
                } else {
                    target.put(next, source, start, length);
                }
                next += length;
            }
            starts[at + 1] = next;
        }
        Bulk.write(starts, to.getOffsetBuffer());
        to.setLastSet(rows.length - 1);
        to.setValueCount(rows.length);
    }

    private static ByteBuffer bytes(ArrowBuf buffer, long length) {
        if (length > MOST_BYTES + Long.BYTES) {
            throw new IllegalArgumentException("a column of " + length + " bytes; one of texts holds up to 2 GiB");
        }
        return length == 0
                ? ByteBuffer.allocate(0)
                : buffer.nioBuffer(0, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

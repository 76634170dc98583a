package io.polaroid.store.column;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * The buffers of a column in Arrow's order; the holder closes each.
 *
 * @param nulls how many cells are null
 * @param buffers validity and data, or validity, offsets and data
 */
record ArrowCells(int nulls, List<ArrowBuf> buffers) {
    /**
     * Cells of a mapped file, without a copy. Nothing but the few buffers that are on their way counts against the allocator.
     *
     * @param validity where the bitmap begins, -1 if no cell is null
     * @param stretches where each other buffer begins, and its length
     */
    static ArrowCells mapped(ByteBuffer file, int validity, int rows, BufferAllocator reader, int... stretches) {
        var buffers = new ArrayList<ArrowBuf>();
        try {
            buffers.add(validity < 0 ? reader.getEmpty() : wrapped(file, validity, rows / 8, reader));
            for (int i = 0; i < stretches.length; i += 2) {
                buffers.add(
                        stretches[i + 1] == 0
                                ? reader.getEmpty()
                                : wrapped(file, stretches[i], stretches[i + 1], reader));
            }
            int valid = validity < 0 ? rows : Bits.count(buffers.getFirst(), 0, rows);
            return new ArrowCells(rows - valid, buffers);
        } catch (RuntimeException e) {
            buffers.forEach(ArrowBuf::close);
            throw e;
        }
    }

    private static ArrowBuf wrapped(ByteBuffer file, int from, int length, BufferAllocator reader) {
        ArrowBuf buffer = reader.wrapForeignAllocation(new Mapped(file, from, length));
        buffer.writerIndex(length);
        return buffer;
    }

    /** Keeps the file mapped as long as anybody refers to the buffer. */
    private static final class Mapped extends ForeignAllocation {
        private final ByteBuffer file;

        Mapped(ByteBuffer file, int from, int length) {
            super(length, MemoryUtil.getByteBufferAddress(file) + from);
            this.file = file;
        }

        /** The garbage collector unmaps. */
        @Override
        protected void release0() {}

        @Override
        public String toString() {
            return "part of " + file;
        }
    }
}

package io.polaroid.store.column;

import io.polaroid.store.read.RowBatches;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Rows of a view on loan, one batch per chunk. A chunk of which all rows were asked for gives its buffers as they are; of text in
 * memory, booleans in memory and chunks of which some rows were asked for (the growing one, and those across the horizon), the
 * batch is a copy, made when it is asked for, so that no more than one is there.
 *
 * <p><b>Owns</b> a share of each buffer, in the reader's allocator: what the table frees first, the reader's allocator counts from
 * then on. So neither the table nor its allocator waits for a reader.
 */
public final class LentRows implements RowBatches {
    private final List<Field> fields;
    private final BufferAllocator reader;
    private final Queue<LentChunk> left = new ConcurrentLinkedQueue<>();
    private final int rows;

    /** A chunk and which of its rows. */
    private record LentChunk(Chunk cells, RowRuns selection) {}

    private LentRows(List<Field> fields, BufferAllocator reader, int rows) {
        this.fields = fields;
        this.reader = reader;
        this.rows = rows;
    }

    static LentRows of(List<Field> fields, Chunk[] chunks, RowRuns selection, BufferAllocator reader) {
        var lent = new LentRows(fields, reader, selection.rows());
        var byChunk = new ArrayDeque<LentChunk>();
        int[] last = {-1};
        selection.forEachStretch((chunk, start, length, at) -> {
            if (chunk != last[0]) {
                byChunk.add(new LentChunk(chunks[chunk].lend(fields.size(), reader), new RowRuns()));
                last[0] = chunk;
            }
            byChunk.getLast().selection().add(start, length);
        });
        lent.left.addAll(byChunk);
        return lent;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public Optional<ArrowRecordBatch> next() {
        LentChunk chunk = left.poll();
        if (chunk == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(chunk.selection().rows() == Chunk.ROWS ? whole(chunk) : copied(chunk));
        } finally {
            chunk.cells().release();
        }
    }

    private ArrowRecordBatch copied(LentChunk chunk) {
        var chunks = new Chunk[] {chunk.cells()};
        try (var copy = TableCopy.copy(fields, chunks, chunk.selection(), reader)) {
            return new VectorUnloader(copy).getRecordBatch();
        }
    }

    private ArrowRecordBatch whole(LentChunk chunk) {
        var nodes = new ArrayList<ArrowFieldNode>();
        var buffers = new ArrayList<ArrowBuf>();
        try {
            for (int i = 0; i < fields.size(); i++) {
                ArrowCells cells = cells(chunk, i);
                nodes.add(new ArrowFieldNode(Chunk.ROWS, cells.nulls()));
                buffers.addAll(cells.buffers());
            }
            return new ArrowRecordBatch(Chunk.ROWS, nodes, buffers);
        } finally {
            buffers.forEach(ArrowBuf::close);
        }
    }

    private ArrowCells cells(LentChunk chunk, int column) {
        return chunk.cells().columns[column].laidOut(Chunk.ROWS, reader).orElseGet(() -> laidOut(chunk, column));
    }

    private ArrowCells laidOut(LentChunk chunk, int column) {
        var chunks = new Chunk[] {chunk.cells()};
        try (FieldVector copy = TableCopy.column(fields.get(column), column, chunks, chunk.selection(), reader)) {
            List<ArrowBuf> buffers = copy.getFieldBuffers();
            buffers.forEach(buffer -> buffer.getReferenceManager().retain());
            return new ArrowCells(copy.getNullCount(), buffers);
        }
    }

    @Override
    public long leftOver() {
        long bytes = 0;
        for (LentChunk chunk : left) {
            for (Column column : chunk.cells().columns) {
                bytes += column.leftOver();
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        for (LentChunk chunk = left.poll(); chunk != null; chunk = left.poll()) {
            chunk.cells().release();
        }
    }
}

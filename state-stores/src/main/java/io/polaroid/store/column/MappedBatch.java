package io.polaroid.store.column;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The rows of one record batch of an Arrow file in mapped memory, readable as a chunk of a table. The mapping ends when nobody
 * refers to it any more, so that no reader can meet memory that is gone; the file itself may be deleted before.
 */
public final class MappedBatch {
    private final ChunkPlace place;
    private final int rows;
    private final Column[] columns;

    /**
     * Reads a batch in place.
     *
     * @param file the file, in little endian
     * @param buffers where the batch's buffers begin, in Arrow's order: validity and data, or validity, offsets and data; -1
     *     for those without bytes
     */
    public MappedBatch(ChunkPlace place, int rows, List<Field> fields, ByteBuffer file, int[] buffers) {
        this.place = place;
        this.rows = rows;
        this.columns = new Column[fields.size()];
        int next = 0;
        for (int i = 0; i < columns.length; i++) {
            CellKind kind = CellKind.of(fields.get(i));
            int validity = buffers[next++];
            if (kind.isVariable()) {
                columns[i] = new MappedVariable(kind, file, validity, buffers[next], buffers[next + 1]);
                next += 2;
            } else {
                columns[i] = new MappedFixed(fields.get(i), kind, file, validity, buffers[next++]);
            }
        }
    }

    /** Where it lies. */
    public ChunkPlace place() {
        return place;
    }

    /** How many rows. */
    public int rows() {
        return rows;
    }

    /** Whether it has the rows of a whole chunk, as a segment's batches have. */
    public boolean isFull() {
        return rows == Chunk.ROWS;
    }

    /** How many buffers the columns of a schema have. */
    public static int buffers(List<Field> fields) {
        return fields.stream()
                .mapToInt(field -> CellKind.of(field).isVariable() ? 3 : 2)
                .sum();
    }

    Column[] columns() {
        return columns;
    }
}

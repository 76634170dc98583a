package io.polaroid.store.row;

import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.Floors.Floor;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.column.BatchCodec;
import io.polaroid.store.column.IntArray;
import io.polaroid.store.column.RowRuns;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Makes the floors of one partition and reads them. A floor is a state that the store was in before all of its rows that have not expired
 * came, and what a restore that begins there cannot find out: which records behind it are duplicates of rows before it, and the rows before
 * it that are the last of their series.
 *
 * <p>Bytes: retention, length of the state, the state, the rows as a batch, CRC-32C of all that.
 */
final class RowFloors {
    /** Kafka Streams property: a floor comes after at least so many rows; 16,384 if absent. */
    static final String ROWS = "polaroid.state.floor.rows";

    private static final long DEFAULT_ROWS = 16_384;
    private static final int ROWS_PER_KEPT = 4;

    private final BatchCodec codec;
    private final BitSet columns = new BitSet();
    private final long retentionNanos;
    private final long leastRows;
    private final BufferAllocator allocator;
    private final FloorBases bases;
    private final StreamFormat format;

    /** Numbers of rows, as the store numbers them. */
    private long begin = -1;

    private long takenAtFloor = -1;
    private int kept;

    /** For a partition whose duplicates {@code bases} hears of. */
    RowFloors(
            RowTable layout,
            FloorBases bases,
            StreamFormat format,
            long retentionNanos,
            Map<String, Object> properties,
            BufferAllocator allocator) {
        this.bases = bases;
        this.format = format;
        this.codec = new BatchCodec(layout.schema());
        this.columns.set(0, layout.schema().getFields().size());
        this.retentionNanos = retentionNanos;
        this.leastRows = StoreLimits.number(properties, ROWS, DEFAULT_ROWS);
        this.allocator = allocator;
    }

    /** Notes the state between two records, now and then. */
    void note(PartitionRows rows) {
        if (rows.taken() - bases.newestTaken() >= step(rows)) {
            bases.add(rows.base());
            // A standby writes no floors, and must not remember for ever.
            expired(rows.viewHorizon());
        }
    }

    /** The newest state that is old enough: a little more than expired, so that for most series the last expired row is read again. */
    private Optional<RowState> expired(long horizon) {
        long slack = retentionNanos / 8;
        return horizon < Long.MIN_VALUE + slack ? Optional.empty() : bases.newestBelow(horizon - slack);
    }

    private long step(PartitionRows rows) {
        return Math.max(leastRows, rows.table().rows() / 8);
    }

    /** A floor that is worth to be written, for the state between two records. */
    Optional<Floor> next(PartitionRows rows) {
        long due = Math.max(step(rows), Math.max(rows.seriesNames().size(), (long) ROWS_PER_KEPT * kept));
        if (rows.isReplaying() || rows.taken() - takenAtFloor < due) {
            return Optional.empty();
        }
        long horizon = rows.viewHorizon();
        return expired(horizon).filter(base -> base.lastOffset() > begin).map(base -> floor(rows, base, horizon));
    }

    private Floor floor(PartitionRows rows, RowState base, long horizon) {
        IntArray last = rows.keptUpTo(base.lastOffset(), horizon);
        begin = base.lastOffset();
        takenAtFloor = rows.taken();
        kept = last.size();
        var replay = new Replay(rows.lastOffset(), bases.duplicatesAfter(begin));
        byte[] state = base.with(rows.seriesOf(last), replay).toBytes();
        var selection = new RowRuns();
        last.forEach(selection::add);
        byte[] batch;
        try (VectorSchemaRoot copy = rows.table().copy(selection, columns, allocator)) {
            batch = codec.encode(copy, columns);
        }
        var bytes = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + state.length + batch.length + Integer.BYTES)
                .putLong(retentionNanos)
                .putInt(state.length)
                .put(state)
                .put(batch);
        bytes.putInt(checksum(bytes.array(), bytes.position()));
        return new Floor(format.offset(begin), format.offset(rows.lastOffset()), bytes.array());
    }

    private static int checksum(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Begins with a floor; rows are empty.
     *
     * @throws IllegalArgumentException if it is damaged, of other columns, or made for a shorter retention; nothing has been taken then
     */
    void load(Floor floor, PartitionRows rows) {
        byte[] bytes = floor.state();
        int body = bytes.length - Integer.BYTES;
        if (body < Long.BYTES + Integer.BYTES || ByteBuffer.wrap(bytes).getInt(body) != checksum(bytes, body)) {
            throw new IllegalArgumentException("a floor of " + bytes.length + " bytes with a wrong checksum");
        }
        var in = ByteBuffer.wrap(bytes, 0, body);
        long madeFor = in.getLong();
        if (madeFor < retentionNanos) {
            throw new IllegalArgumentException(
                    "a floor for rows of " + madeFor + " ns, but " + retentionNanos + " ns are retained");
        }
        byte[] state = new byte[in.getInt()];
        in.get(state);
        byte[] batch = new byte[in.remaining()];
        in.get(batch);
        var base = RowState.of(state);
        codec.decode(batch, allocator, (last, present) -> {
            rows.load(base, last);
            begin = base.lastOffset();
            takenAtFloor = base.counts().sum();
            kept = last.getRowCount();
        });
    }
}

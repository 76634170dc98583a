package io.polaroid.store.entry;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.segment.SegmentStore;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Entries that change. A new value goes to a new row; full chunks of which little is left are moved together and dropped.
 *
 * <p><b>Owns</b> its rows. <b>Thread</b> one at a time.
 */
public final class EntryTable implements Entries, AutoCloseable {
    /** So many rows may be given up before it is worth moving the others. */
    private static final int TOLERATED_ROWS = 2 * ColumnTable.CHUNK_ROWS;

    private final ColumnTable table;
    private final EntryCells cells;
    private final EntryOrder byKey = new EntryOrder(EntrySort.BY_KEY);
    private final @Nullable EntryOrder bySegment;
    private final @Nullable Retention retention;
    private BitSet live = new BitSet();
    private int size;
    private long latest = -1;
    private @Nullable EntryKey found;
    private long foundAt;
    private long foundIn;

    /**
     * An empty table.
     *
     * @param retention how long entries stay; null: for good, and they have no times
     */
    EntryTable(@Nullable Retention retention, BufferAllocator allocator) {
        this.table = new ColumnTable(EntryCells.SCHEMA, allocator);
        this.cells = new EntryCells.OfTable(table);
        this.retention = retention;
        this.bySegment = retention == null ? null : new EntryOrder(new EntrySort(retention.segmentMs()));
    }

    ColumnTable table() {
        return table;
    }

    @Override
    public EntryCells cells() {
        return cells;
    }

    @Override
    public EntryOrder order(EntryRange.Sort sort) {
        EntryOrder timed = bySegment;
        return sort == EntryRange.Sort.SEGMENT && timed != null ? timed : byKey;
    }

    /** How many entries. */
    public int size() {
        return size;
    }

    /** Whether entries have times. */
    boolean isTimed() {
        return retention != null;
    }

    /** The latest time seen, -1 before the first. */
    public long latest() {
        return latest;
    }

    /** The least time that has not expired. */
    public long horizon() {
        return retention == null ? Long.MIN_VALUE : latest - retention.retentionMs() + 1;
    }

    /** Notes a time, before which entries may expire now. */
    public void observe(long time) {
        if (time > latest) {
            latest = time;
            expire();
        }
    }

    private void expire() {
        EntryOrder timed = bySegment;
        if (timed == null) {
            return;
        }
        EntrySort segments = timed.sort();
        long horizon = segments.segment(horizon());
        while (timed.end() > 0 && segments.segment(cells.time(timed.row(0))) < horizon) {
            int row = timed.row(0);
            byKey.remove(byKey.ceiling(cells, cells.key(row)));
            timed.remove(0);
            giveUp(row);
            size--;
        }
        compact();
    }

    /** The value of an entry, unless it has expired. */
    public byte @Nullable [] get(EntryKey key) {
        if (key.time() < horizon()) {
            return null;
        }
        long position = find(key);
        return isAt(byKey, position, key) ? cells.value(byKey.row(position)) : null;
    }

    /** Where an entry is or would be. What is put was mostly got just before. */
    private long find(EntryKey key) {
        EntryKey last = found;
        if (last == null || foundIn != byKey.version() || !last.isSameAs(key)) {
            foundAt = byKey.ceiling(cells, key);
            foundIn = byKey.version();
            found = key;
        }
        return foundAt;
    }

    private boolean isAt(EntryOrder order, long position, EntryKey key) {
        return position != order.end() && order.sort().compare(cells, order.row(position), key) == 0;
    }

    /** Sets the value of an entry; null removes it. */
    public void put(EntryKey key, byte @Nullable [] value) {
        long position = find(key);
        boolean known = isAt(byKey, position, key);
        if (value == null) {
            if (known) {
                remove(key, position);
            }
            return;
        }
        int row = append(key, value);
        EntryOrder timed = bySegment;
        if (known) {
            giveUp(byKey.row(position));
            byKey.replace(position, row);
            if (timed != null) {
                timed.replace(timed.ceiling(cells, key), row);
            }
        } else {
            byKey.insert(position, row);
            if (timed != null) {
                timed.insert(timed.ceiling(cells, key), row);
            }
            size++;
        }
        compact();
    }

    private int append(EntryKey key, byte[] value) {
        int row = table.append();
        table.set(row, EntryCells.KEY, key.bytes());
        table.setLong(row, EntryCells.TIME, key.time());
        table.setLong(row, EntryCells.SEQUENCE, key.sequence());
        table.set(row, EntryCells.VALUE, value);
        live.set(row);
        return row;
    }

    private void remove(EntryKey key, long position) {
        int row = byKey.row(position);
        byKey.remove(position);
        EntryOrder timed = bySegment;
        if (timed != null) {
            timed.remove(timed.ceiling(cells, key));
        }
        giveUp(row);
        size--;
        compact();
    }

    private void giveUp(int row) {
        live.clear(row);
    }

    private void compact() {
        if (table.rows() - size <= Math.max(TOLERATED_ROWS, size)) {
            return;
        }
        var dead = new BitSet();
        var copies = new int[table.rows()];
        Arrays.fill(copies, -1);
        int chunks = table.fullChunks();
        for (int chunk = 0; chunk < chunks; chunk++) {
            int first = chunk * ColumnTable.CHUNK_ROWS;
            int end = first + ColumnTable.CHUNK_ROWS;
            if (live.get(first, end).cardinality() * 2 > ColumnTable.CHUNK_ROWS) {
                continue;
            }
            dead.set(chunk);
            for (int row = live.nextSetBit(first); row >= 0 && row < end; row = live.nextSetBit(row + 1)) {
                copies[row] = table.move(row);
            }
        }
        if (!dead.isEmpty()) {
            IntUnaryOperator dropped = table.drop(dead);
            renumber(row -> dropped.applyAsInt(copies[row] < 0 ? row : copies[row]));
        }
    }

    private void renumber(IntUnaryOperator moved) {
        byKey.renumber(size, moved);
        EntryOrder timed = bySegment;
        if (timed != null) {
            timed.renumber(size, moved);
        }
        live = new BitSet(table.rows());
        byKey.forEach(live::set);
    }

    /** All entries as they are now, for any thread; the caller releases it. */
    EntrySnapshot snapshot(EntryFacts facts) {
        EntryOrder timed = bySegment;
        return new EntrySnapshot(
                table.view(), byKey.freeze(), timed == null ? new EntryOrder(EntrySort.BY_KEY) : timed.freeze(), facts);
    }

    /** Which rows count, for a manifest. */
    long[] liveRows() {
        return live.toLongArray();
    }

    /** Goes on from what was found on disk; once, before anything else. */
    void load(SegmentStore.Found found, long[] liveRows, long latestTime) {
        for (int i = 0; i < found.batches().size(); i++) {
            table.load(found.batches().get(i), found.segments().get(i));
        }
        live = BitSet.valueOf(liveRows);
        latest = latestTime;
        size = live.cardinality();
        byKey.fill(EntrySorter.sort(live, EntrySort.BY_KEY, cells));
        EntryOrder timed = bySegment;
        if (timed != null) {
            timed.fill(EntrySorter.sort(live, timed.sort(), cells));
        }
    }

    /** Takes rows over that are on disk now. */
    void adopt(SegmentStore.Sealed sealed) {
        sealed.batches().forEach((chunk, batch) -> table.adopt(sealed.view(), chunk, batch));
    }

    /** About how much of the heap it takes beside the rows themselves. */
    long heapBytes() {
        EntryOrder timed = bySegment;
        return byKey.heapBytes() + (timed == null ? 0 : timed.heapBytes()) + table.rows() / Byte.SIZE;
    }

    @Override
    public void close() {
        table.close();
    }
}

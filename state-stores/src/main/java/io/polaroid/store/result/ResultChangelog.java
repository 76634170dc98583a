package io.polaroid.store.result;

import io.polaroid.store.column.BatchCodec;
import io.polaroid.store.column.IntArray;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.spill.Spill;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Writes changed rows as batches and reads them back. Rows of one batch belong to one bucket of event time. A bucket whose rows
 * the topic holds several times over is written anew as a whole, so that the topic stays within a small multiple of the rows;
 * the records of expired and of rewritten buckets get tombstones, and compaction removes them.
 */
final class ResultChangelog {
    static final long BUCKET_NANOS = 60_000_000_000L;
    private static final int BATCH_ROWS = 16_384;
    private static final int BATCH_BYTES = 500_000;
    private static final int APART_ROWS = 64;
    private static final int REWRITE_ROWS = 8_192;
    private static final int REWRITE_FACTOR = 4;
    private static final long RECORD_BYTES = 72;

    private final ResultTable layout;
    private final BatchCodec codec;
    private final BufferAllocator allocator;
    private final TreeMap<Long, BucketLog> buckets = new TreeMap<>();
    private final List<ChangelogKey> obsolete = new ArrayList<>();
    private long nextNumber;
    private long lastNumber = Long.MIN_VALUE;
    private final Spill spill;
    private BucketLog lastBucket;

    /** About what a row of the last batch took. */
    private long rowBytes = 1;

    /** Where records go. */
    @FunctionalInterface
    interface Log {
        void log(byte[] key, byte @Nullable [] value);
    }

    ResultChangelog(ResultTable layout, BufferAllocator allocator, Spill spill) {
        this.spill = spill;
        this.lastBucket = new BucketLog(spill);
        this.layout = layout;
        this.codec = new BatchCodec(layout.loggedSchema());
        this.allocator = allocator;
    }

    /** Notes a new row. */
    void inserted(int row, long timeNanos) {
        long number = bucketOf(timeNanos);
        if (number != lastNumber) {
            lastNumber = number;
            lastBucket = bucket(number);
        }
        lastBucket.rows.add(row);
    }

    /** Notes that the rows before a time have expired; gives about how many rows of whole buckets that hid. */
    int expireBefore(long timeNanos) {
        int rows = 0;
        lastNumber = Long.MIN_VALUE;
        while (!buckets.isEmpty() && buckets.firstKey() < bucketOf(timeNanos)) {
            Map.Entry<Long, BucketLog> expired = buckets.pollFirstEntry();
            rows += expired.getValue().rows.size();
            expired.getValue().rows.clear();
            for (long number : expired.getValue().records.keySet()) {
                obsolete.add(ChangelogKey.rows(expired.getKey(), number));
            }
        }
        return rows;
    }

    void renumber(IntUnaryOperator moved) {
        buckets.values().forEach(bucket -> bucket.rows.renumber(moved));
    }

    /** Whether there are tombstones to write. */
    boolean hasObsolete() {
        return !obsolete.isEmpty();
    }

    /** Logs the changed rows and the state, the state last: it marks the end of a commit. */
    void write(ResultRows rows, ViewState state, Log log) {
        Map<Long, IntArray> changed = new TreeMap<>();
        rows.forEachChanged(row -> changed.computeIfAbsent(bucketOf(rows.timeNanos(row)), at -> new IntArray())
                .add(row));
        changed.forEach((number, changedRows) -> {
            BucketLog bucket = bucket(number);
            writeRows(rows, number, bucket, changedRows, log);
            if (bucket.loggedRows() > Math.max(REWRITE_ROWS, (long) REWRITE_FACTOR * bucket.rows.size())) {
                rewrite(rows, number, bucket, log);
            }
        });
        for (ChangelogKey key : obsolete) {
            log.log(key.toBytes(), null);
        }
        obsolete.clear();
        log.log(ChangelogKey.state().toBytes(), state.toBytes());
    }

    private void rewrite(ResultRows rows, long number, BucketLog bucket, Log log) {
        for (long record : List.copyOf(bucket.records.keySet())) {
            bucket.forget(record);
            obsolete.add(ChangelogKey.rows(number, record));
        }
        var live = new IntArray();
        bucket.rows.forEach(row -> {
            if (rows.isLive(row)) {
                live.add(row);
            }
        });
        writeRows(rows, number, bucket, live, log);
    }

    /** Rows with slots and rows without go apart, since the columns that a batch does not need are not written. */
    private void writeRows(ResultRows rows, long number, BucketLog bucket, IntArray which, Log log) {
        // Neighbours are copied together.
        which.sort();
        var open = new IntArray();
        var closed = new IntArray();
        which.forEach(row -> (rows.hasSlots(row) ? open : closed).add(row));
        if (open.size() < APART_ROWS || closed.size() < APART_ROWS) {
            writeAll(rows, number, bucket, which, log);
        } else {
            writeAll(rows, number, bucket, closed, log);
            writeAll(rows, number, bucket, open, log);
        }
    }

    private void writeAll(ResultRows rows, long number, BucketLog bucket, IntArray which, Log log) {
        for (int from = 0; from < which.size(); ) {
            int to = (int) Math.min(which.size(), from + Math.min(BATCH_ROWS, Math.max(1, BATCH_BYTES / rowBytes)));
            writeBatch(rows, number, bucket, which, from, to, log);
            from = to;
        }
    }

    private void writeBatch(ResultRows rows, long number, BucketLog bucket, IntArray which, int from, int to, Log log) {
        var selection = new RowRuns();
        for (int i = from; i < to; i++) {
            selection.add(which.get(i));
        }
        byte[] value;
        BitSet columns = rows.table().used(selection, layout.logged);
        try (VectorSchemaRoot batch = rows.table().copy(selection, columns, allocator)) {
            value = codec.encode(batch, columns);
        }
        if (to - from >= Math.min(APART_ROWS, BATCH_BYTES / rowBytes)) {
            // Rounded up, so that hardly a batch has to be made again.
            rowBytes = (value.length / (to - from) + 1) * 9L / 8;
        }
        if (value.length > BATCH_BYTES && to - from > 1) {
            int middle = from + to >>> 1;
            writeBatch(rows, number, bucket, which, from, middle, log);
            writeBatch(rows, number, bucket, which, middle, to, log);
            return;
        }
        long record = nextNumber++;
        log.log(ChangelogKey.rows(number, record).toBytes(), value);
        bucket.logged(record, to - from);
    }

    /** What it knows of the topic, for a manifest. */
    void write(DataOutputStream out) throws IOException {
        out.writeLong(nextNumber);
        out.writeInt(buckets.size());
        for (var bucket : buckets.entrySet()) {
            out.writeLong(bucket.getKey());
            out.writeInt(bucket.getValue().records.size());
            for (var record : bucket.getValue().records.entrySet()) {
                out.writeLong(record.getKey());
                out.writeInt(record.getValue());
            }
        }
        out.writeInt(obsolete.size());
        for (ChangelogKey key : obsolete) {
            out.writeLong(key.bucket());
            out.writeLong(key.number());
        }
    }

    /** Reads what {@link #write(DataOutputStream)} wrote, and takes in the live rows. */
    void load(DataInputStream in, ResultRows rows) throws IOException {
        nextNumber = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            BucketLog bucket = bucket(in.readLong());
            for (int records = in.readInt(); records > 0; records--) {
                bucket.logged(in.readLong(), in.readInt());
            }
        }
        for (int left = in.readInt(); left > 0; left--) {
            obsolete.add(ChangelogKey.rows(in.readLong(), in.readLong()));
        }
        rows.forEachRow(row -> inserted(row, rows.timeNanos(row)));
    }

    /** About how much of the heap it takes beside the numbers of rows. */
    long heapBytes() {
        return buckets.values().stream()
                .mapToLong(bucket -> bucket.records.size() * RECORD_BYTES)
                .sum();
    }

    /** Moves which rows are in which bucket out of memory. */
    void spill() {
        buckets.values().forEach(bucket -> bucket.rows.spill());
    }

    /** Takes a batch record back in. */
    void restore(ChangelogKey key, byte @Nullable [] value, ResultRows rows) {
        nextNumber = Math.max(nextNumber, key.number() + 1);
        if (value == null) {
            BucketLog known = buckets.get(key.bucket());
            if (known != null) {
                known.forget(key.number());
            }
            return;
        }
        codec.decode(value, allocator, (batch, columns) -> {
            BucketLog bucket = bucket(key.bucket());
            rows.restore(new RestoredBatch(layout, batch, columns), bucket.rows::add);
            bucket.logged(key.number(), batch.getRowCount());
        });
    }

    private BucketLog bucket(long number) {
        return buckets.computeIfAbsent(number, at -> new BucketLog(spill));
    }

    private static long bucketOf(long timeNanos) {
        return Math.floorDiv(timeNanos, BUCKET_NANOS);
    }
}

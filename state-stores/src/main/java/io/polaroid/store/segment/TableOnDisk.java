package io.polaroid.store.segment;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.TableView;
import io.polaroid.store.segment.SegmentStore.Sealed;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

/** A table in memory and its store on disk: what both tiers do so that committed state gets there and memory stays within its limit. */
public final class TableOnDisk implements AutoCloseable {
    private final SegmentStore disk;
    private final ColumnTable table;
    private final StoreLimits limits;
    private final BufferAllocator allocator;
    private final Indexes indexes;
    private final Consumer<Sealed> adopt;
    private long reported;

    /** What finds the rows of a table. */
    public interface Indexes {
        /** About what they take of the heap. */
        long heapBytes();

        /** Moves what can be moved out of memory if it is short. */
        default void spillIfDue() {}
    }

    /**
     * Joins a table and a store.
     *
     * @param allocator what the table's chunks are made from, and nothing else for long
     * @param indexes the table's indexes
     * @param adopt takes sealed rows over into table and indexes
     */
    public TableOnDisk(
            SegmentStore disk,
            ColumnTable table,
            StoreLimits limits,
            BufferAllocator allocator,
            Indexes indexes,
            Consumer<Sealed> adopt) {
        this.disk = disk;
        this.table = table;
        this.limits = limits;
        this.allocator = allocator;
        this.indexes = indexes;
        this.adopt = adopt;
        report();
    }

    /** The offset that a restart goes on from, as Kafka Streams wants it. */
    public long offset() {
        return disk.offset();
    }

    /**
     * Takes over what has been written, and waits for it if memory is used up.
     *
     * @throws org.apache.kafka.streams.errors.ProcessorStateException if there is no room and none can be made
     */
    public void makeRoom() {
        indexes.spillIfDue();
        take(disk.written());
        if (disk.mustMakeRoom(table)) {
            take(disk.awaitWritten());
            disk.refuseIfNoRoom(table);
        }
    }

    /** Waits for what is being written. */
    public void await() {
        take(disk.awaitWritten());
    }

    private void take(Optional<Sealed> sealed) {
        sealed.ifPresent(rows -> {
            adopt.accept(rows);
            disk.adopted(rows);
        });
        report();
    }

    private void report() {
        long bytes = allocator.getAllocatedMemory() + indexes.heapBytes();
        limits.changeMemory(bytes - reported);
        reported = bytes;
    }

    /** The same for a store whose offsets count its rows. */
    public void committed(long offset, Supplier<Optional<TableView>> view, Supplier<byte[]> state) {
        committed(offset, offset, view, state);
    }

    /**
     * Notes that everything up to an offset is committed, and begins to write it if it is time.
     *
     * @param seen how many rows the store has seen
     * @param view the rows as committed; asked for only if they are written
     * @param state what goes with them
     */
    public void committed(long offset, long seen, Supplier<Optional<TableView>> view, Supplier<byte[]> state) {
        report();
        take(disk.written());
        if (disk.isDue(offset, seen, table)) {
            view.get().ifPresent(rows -> disk.capture(table, rows, offset, state));
        }
    }

    /** Deletes what is on disk and keeps it from being written again. */
    public void forget() {
        disk.forget();
    }

    /** Writes committed state before the store closes. */
    public void writeLast(long offset, Supplier<Optional<TableView>> view, Supplier<byte[]> state) {
        take(disk.awaitWritten());
        view.get().ifPresent(rows -> disk.writeLast(rows, offset, state));
    }

    /** Ends the use of disk and memory; the table is closed by its owner. */
    @Override
    public void close() {
        disk.close();
        limits.changeMemory(-reported);
        reported = 0;
    }
}

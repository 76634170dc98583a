package io.polaroid.store.result;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.column.TableView;
import io.polaroid.store.segment.SegmentIndexer;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.store.segment.SegmentStore;
import io.polaroid.store.segment.TableOnDisk;
import io.polaroid.store.spill.Spill;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/** A result tier without Kafka Streams, from its start on what a folder has to its end. */
final class ResultLife implements AutoCloseable {
    private static final ResultTable LAYOUT = new ResultTable(Results.SCHEMA, Results.DOUBLES, Results.LONGS);

    final BufferAllocator allocator;
    final ViewResults store;
    final TableOnDisk disk;

    ResultLife(Path folder, StoreLimits limits, BufferAllocator parent) {
        allocator = parent.newChildAllocator("life", 0, parent.getLimit());
        store = new ViewResults(LAYOUT, allocator, Spill.onHeap());
        var files = new SegmentStore(new SegmentStore.Setup(
                "results/0",
                folder,
                LAYOUT.schema(),
                LAYOUT.timeNanos,
                false,
                SegmentIndexer.NONE,
                SegmentSettings.of(Map.of(SegmentSettings.INTERVAL_MS, 1, SegmentSettings.SEGMENT_ROWS, 8_192)),
                limits,
                allocator));
        files.open().ifPresent(store::load);
        disk = new TableOnDisk(files, store.rows().table(), limits, allocator, store::heapBytes, store::adopt);
    }

    Optional<TableView> view() {
        return Optional.of(store.view());
    }

    @Override
    public void close() {
        disk.close();
        store.close();
        allocator.close();
    }
}

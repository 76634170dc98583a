package io.polaroid.store.row;

import io.polaroid.store.Floors;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.testsupport.FullDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;

/** A row tier in a process whose disk is full, and has room again later. Arguments: folder, and the command that makes room. */
public final class FullDiskRows {
    private static final Duration RETENTION = Duration.ofHours(1);
    private static final int COMMIT = 500;

    private FullDiskRows() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var events = Feed.random(9, 40_000);
        var twin = new NaiveRows(RETENTION.toNanos());
        try (var allocator = new RootAllocator()) {
            var taken = new ArrayList<Feed.Event>();
            var store = open(folder, allocator);
            try {
                take(store, events, taken);
                throw new AssertionError("all rows were taken, though there is no room for them");
            } catch (ProcessorStateException e) {
                System.out.println("refused after " + taken.size() + ": " + e.getMessage());
            }
            store.close();
            // What it wrote while there was room is right, though it still has none
            store = open(folder, allocator);
            replay(store, taken, twin);
            ArrowRowTierTest.assertSameSnapshot(flushed(store), twin, allocator);
            // And with room, the thread that replaces the one that failed takes all rows, and so does a later life
            store.close();
            FullDisk.makeRoom(List.of(arguments).subList(1, arguments.length));
            store = open(folder, allocator);
            replay(store, taken, new NaiveRows(RETENTION.toNanos()));
            var rest = events.subList(taken.size(), events.size());
            take(store, rest, new ArrayList<>());
            rest.forEach(event -> twin.apply(event.offset(), event.key(), event.value()));
            ArrowRowTierTest.assertSameSnapshot(flushed(store), twin, allocator);
            store.close();
            store = open(folder, allocator);
            if (store.lastOffset() != twin.lastOffset) {
                throw new AssertionError("on disk up to " + store.lastOffset() + " of " + twin.lastOffset);
            }
            ArrowRowTierTest.assertSameSnapshot(flushed(store), twin, allocator);
            store.close();
        }
        System.out.println("all is right");
        System.exit(0);
    }

    private static ArrowRowTier open(Path folder, BufferAllocator allocator) {
        var properties = new Properties();
        properties.setProperty(StoreLimits.MEMORY_BYTES, "2500000");
        properties.setProperty(SegmentSettings.SEGMENT_ROWS, "4096");
        properties.setProperty(SegmentSettings.INTERVAL_MS, "1");
        var store = (ArrowRowTier) Stores.rowTier(
                        "rows",
                        TextIntake.SCHEMA,
                        TextIntake::new,
                        RETENTION,
                        allocator,
                        new StoreLimits(),
                        Floors.NONE)
                .build();
        var context = new MockProcessorContext<Object, Object>(properties, new TaskId(0, 0), folder.toFile());
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private static void take(ArrowRowTier store, List<Feed.Event> events, List<Feed.Event> taken) {
        for (Feed.Event event : events) {
            store.apply(0, event.offset(), event.key(), event.value());
            taken.add(event);
            if (taken.size() % COMMIT == 0) {
                store.flushCache();
            }
        }
        store.flushCache();
    }

    /** As a restore does, which finds nothing of rows without a key. */
    private static void replay(ArrowRowTier store, List<Feed.Event> taken, NaiveRows twin) {
        long onDisk = store.lastOffset();
        System.out.println("on disk up to " + onDisk);
        for (Feed.Event event : taken) {
            twin.apply(event.offset(), event.key(), event.value());
            if (event.offset() > onDisk && event.key() != null) {
                store.apply(0, event.offset(), event.key(), event.value());
            }
        }
    }

    private static ArrowRowTier flushed(ArrowRowTier store) {
        try {
            store.flushCache();
        } catch (ProcessorStateException e) {
            // It has no room yet; what it published last is what it shows.
            System.out.println("still refused: " + e.getMessage());
        }
        return store;
    }
}

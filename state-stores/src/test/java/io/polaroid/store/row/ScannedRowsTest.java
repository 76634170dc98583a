package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Floors;
import io.polaroid.store.OpenScans;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.testsupport.Allocators;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans of a row tier that are open while it takes rows, lets rows go, seals them, and closes. */
@ExtendWith(Allocators.class)
class ScannedRowsTest {
    private static final Duration RETENTION = Duration.ofSeconds(12);

    @TempDir
    Path folder;

    private ArrowRowTier open(boolean seals, BufferAllocator allocator) {
        var properties = new Properties();
        if (seals) {
            properties.setProperty(SegmentSettings.SEGMENT_ROWS, "4096");
            properties.setProperty(SegmentSettings.INTERVAL_MS, "1");
        }
        var limits = new StoreLimits();
        var store = (ArrowRowTier)
                Stores.rowTier("rows", TextIntake.SCHEMA, TextIntake::new, RETENTION, allocator, limits, Floors.NONE)
                        .build();
        var context = new MockProcessorContext<Object, Object>(properties, new TaskId(0, 0), folder.toFile());
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private static TableScan.Part scan(ArrowRowTier store, BufferAllocator allocator) {
        var result = store.query(Stores.scan(allocator), PositionBound.unbounded(), new QueryConfig(false));
        assertThat(result.isSuccess()).isTrue();
        return result.getResult();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void showWhatACopyShows(boolean seals, BufferAllocator allocator) {
        var random = new SplittableRandom(seals ? 1 : 2);
        try (var scans = new OpenScans(allocator)) {
            var store = open(seals, allocator);
            for (Feed.Event event : Feed.random(seals ? 21 : 22, 40_000)) {
                store.apply(0, event.offset(), event.key(), event.value());
                if (random.nextInt(100) == 0) {
                    store.flushCache();
                }
                // What is asked for between commits is what was committed, in both forms
                if (random.nextInt(1_000) == 0) {
                    scans.add(ArrowRowTierTest.snapshot(store, allocator), scan(store, allocator));
                }
                if (scans.waiting() > 5) {
                    scans.readOne(random);
                }
            }
            // A store does not wait for those that read it
            store.close();
            assertThat(scans.waiting()).isPositive();
        }
    }
}

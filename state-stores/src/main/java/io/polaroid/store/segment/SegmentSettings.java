package io.polaroid.store.segment;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.column.ColumnTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * When a store writes to disk.
 *
 * @param interval a manifest is at most about this old while rows come
 * @param segmentRows so many new rows also bring a new manifest, and so many unsealed rows a segment
 * @param clock tells how old the manifest is
 */
public record SegmentSettings(Duration interval, long segmentRows, InstantSource clock) {
    /** Kafka Streams property: {@link #interval} in ms; 10,000 if absent. */
    public static final String INTERVAL_MS = "polaroid.state.manifest.interval.ms";

    /** Kafka Streams property: {@link #segmentRows}; 524,288 if absent. */
    public static final String SEGMENT_ROWS = "polaroid.state.segment.rows";

    private static final int OLD_INTERVALS = 6;
    private static final long DEFAULT_INTERVAL_MS = 10_000;
    private static final long DEFAULT_SEGMENT_ROWS = 524_288;

    /** Settings from the properties of the application. */
    public static SegmentSettings of(Map<String, Object> properties) {
        return new SegmentSettings(
                Duration.ofMillis(StoreLimits.number(properties, INTERVAL_MS, DEFAULT_INTERVAL_MS)),
                StoreLimits.number(properties, SEGMENT_ROWS, DEFAULT_SEGMENT_ROWS),
                InstantSource.system());
    }

    /** Whether a manifest was written so long ago that who wrote it has been away. */
    boolean isOld(Path manifest) {
        try {
            return Files.getLastModifiedTime(manifest)
                    .toInstant()
                    .plus(interval.multipliedBy(OLD_INTERVALS))
                    .isBefore(clock.instant());
        } catch (IOException e) {
            // There is none.
            return true;
        }
    }

    /** The chunks of a segment, at the least. */
    int segmentChunks() {
        return Math.clamp(segmentRows / ColumnTable.CHUNK_ROWS, 1, 1 << 14);
    }
}

package io.polaroid.topology.app;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.segment.SegmentSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the stores of an instance may take, and how often they write to disk.
 *
 * @param memoryBytes of rows and results in memory; what is beyond lies on disk
 * @param diskBytes of the state folder; empty for no limit
 * @param interval while rows come, what is on disk is at most about this old
 * @param segmentRows so many new rows are written before that
 */
public record StateSettings(long memoryBytes, OptionalLong diskBytes, Duration interval, long segmentRows) {
    /** Less is used up by one commit of a busy stream. */
    public static final long LEAST_MEMORY_BYTES = 1L << 20;

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final long SEGMENT_ROWS = 524_288;

    public StateSettings {
        if (memoryBytes < LEAST_MEMORY_BYTES || diskBytes.orElse(1) < 1 || interval.toMillis() < 1 || segmentRows < 1) {
            throw new IllegalArgumentException("limits of state: %d bytes of memory, disk %s, interval %s, %d rows"
                    .formatted(memoryBytes, diskBytes, interval, segmentRows));
        }
    }

    /** 1 GiB of memory, no limit of disk, a manifest after ten seconds or 524,288 rows. */
    public static StateSettings standard() {
        return new StateSettings(StoreLimits.DEFAULT_MEMORY_BYTES, OptionalLong.empty(), INTERVAL, SEGMENT_ROWS);
    }

    /** As the properties by which stores get them. */
    Map<String, Object> properties() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put(StoreLimits.MEMORY_BYTES, memoryBytes);
        diskBytes.ifPresent(bytes -> properties.put(StoreLimits.DISK_BYTES, bytes));
        properties.put(SegmentSettings.INTERVAL_MS, interval.toMillis());
        properties.put(SegmentSettings.SEGMENT_ROWS, segmentRows);
        return properties;
    }
}

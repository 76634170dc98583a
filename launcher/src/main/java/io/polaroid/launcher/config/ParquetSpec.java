package io.polaroid.launcher.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A Parquet sink as the pipeline file declares it.
 *
 * @param name sink name
 * @param from streams and views that it writes
 * @param path folder of the lake
 * @param partition {@code [date]} or nothing
 * @param rollRows a file ends after so many rows of a partition
 * @param rollEvery a file ends when event time passes this long a bucket
 */
public record ParquetSpec(
        String name, List<String> from, Path path, List<String> partition, long rollRows, Duration rollEvery) {
    public ParquetSpec {
        from = List.copyOf(from);
        partition = List.copyOf(partition);
    }
}

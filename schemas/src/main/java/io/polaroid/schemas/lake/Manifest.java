package io.polaroid.schemas.lake;

import java.util.List;

/**
 * What a Parquet sink has written of one topic partition; {@code <root>/<table>/_manifest/<partition>.json}.
 *
 * @param table topic and table name
 * @param partition Kafka partition
 * @param boundary every published record at or below this offset is in the files; -1 before the first file
 * @param files the files, by first offset
 */
public record Manifest(String table, int partition, long boundary, List<File> files) {
    public Manifest {
        files = List.copyOf(files);
    }

    /**
     * One file.
     *
     * @param path relative to {@code <root>/<table>}
     * @param firstOffset offset of its first record
     * @param lastOffset offset of its last record
     * @param rows how many rows it has
     * @param minTimeMillis least record timestamp
     * @param maxTimeMillis greatest record timestamp
     */
    public record File(
            String path, long firstOffset, long lastOffset, long rows, long minTimeMillis, long maxTimeMillis) {}
}

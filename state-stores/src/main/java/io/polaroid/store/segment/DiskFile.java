package io.polaroid.store.segment;

import java.util.List;

/**
 * A file of a store as its manifest knows it.
 *
 * @param kind what it holds
 * @param number its number; those of a store never repeat
 * @param checksum CRC-32C of all its bytes
 * @param bytes its length
 * @param batchRows rows of each record batch; empty for an index
 * @param minTime least event time of its rows
 * @param maxTime greatest event time of its rows
 */
public record DiskFile(
        Kind kind, long number, int checksum, long bytes, List<Integer> batchRows, long minTime, long maxTime) {
    public DiskFile {
        batchRows = List.copyOf(batchRows);
    }

    /** What a file holds. */
    public enum Kind {
        /** Full chunks, for good. */
        SEGMENT("segment", ".arrow"),
        /** What a segment's owner wants to find quickly in it. */
        INDEX("segment", ".index"),
        /** The rows that are in no segment, as of one manifest. */
        TAIL("tail", ".arrow");

        private final String prefix;
        private final String suffix;

        Kind(String prefix, String suffix) {
            this.prefix = prefix;
            this.suffix = suffix;
        }

        /** The name of file {@code number} of this kind. */
        public String fileName(long number) {
            return prefix + "-" + number + suffix;
        }
    }

    /** Its name in the folder. */
    public String name() {
        return kind.fileName(number);
    }

    /** How many rows it has. */
    public long rows() {
        return batchRows.stream().mapToLong(Integer::longValue).sum();
    }
}

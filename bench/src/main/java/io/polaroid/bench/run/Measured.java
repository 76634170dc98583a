package io.polaroid.bench.run;

/**
 * One run of one contestant. Numbers that do not apply are -1.
 *
 * @param recordsPerSecond input records per second from the first row to the last commit
 * @param cpuMicros CPU microseconds per record of the whole process, start and end included
 * @param cpuMicrosAfterFirstRow the same from the first row on
 * @param startSeconds from start to the first row
 * @param peakMegabytes the most memory that the process had
 * @param changelogBytes what its state wrote to Kafka, compressed
 * @param outputBytes its output topic, compressed
 * @param outputRecords records of its output topic; for raw, the bars counted
 * @param results different results among them
 * @param wrong results that differ from the oracle's
 * @param restoreSeconds from start with an empty folder until the same query gives the same answer
 * @param load the system's load average before the run
 */
public record Measured(
        double recordsPerSecond,
        double cpuMicros,
        double cpuMicrosAfterFirstRow,
        double startSeconds,
        double peakMegabytes,
        double changelogBytes,
        double outputBytes,
        double outputRecords,
        double results,
        double wrong,
        double restoreSeconds,
        double load) {
    /** No such number. */
    public static final double NONE = -1;
}

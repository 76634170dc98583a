package io.polaroid.topology.prove;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a comparison of a view with the batch answer has found.
 *
 * @param view the view
 * @param partitions what was covered, by partition
 * @param backfilled results that a backfill has set and that were left out, since what it brought in was not given
 * @param inMotion results that changed while they were read and were compared with neither answer
 * @param cuts where history ended and topics began, where a topic has its first records no more
 * @param unknown results that were not compared, since the control records that they depend on are gone
 * @param stateRows rows of the state that were compared; empty if the state was not asked for
 * @param differences every difference, in order of partition, time and series
 */
public record Proof(
        String view,
        List<Range> partitions,
        List<String> cuts,
        long unknown,
        long backfilled,
        long inMotion,
        Optional<Long> stateRows,
        List<String> differences) {
    public Proof {
        partitions = List.copyOf(partitions);
        cuts = List.copyOf(cuts);
        differences = List.copyOf(differences);
    }

    /**
     * What was covered of a partition.
     *
     * @param partition its number
     * @param read input and offset up to which it was read, exclusive
     * @param records input records read
     * @param late input rows left out because the view's late topic names them
     * @param results closed results compared
     * @param from time of the first of them
     * @param to time of the last of them
     */
    public record Range(
            int partition,
            String read,
            long records,
            long late,
            long results,
            Optional<Instant> from,
            Optional<Instant> to) {}

    /** Whether nothing differs. */
    public boolean holds() {
        return differences.isEmpty();
    }
}

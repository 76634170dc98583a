package io.polaroid.topology.processor;

import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.StateStore;

/** The partitions that run in this instance, for status. Thread-safe. */
public final class Running {
    /** The outcomes that rule 4 counts. */
    public static final List<String> OUTCOMES =
            List.of("on_time", "corrected", "late", "outside", "rerouted", "duplicate", "dead_letter", "control");

    private final Map<StateStore, StreamPartition> rowTiers = new ConcurrentHashMap<>();
    private final Map<ViewInput, Map<Integer, Map<String, Long>>> counts = new ConcurrentHashMap<>();

    /**
     * A running partition of a stream.
     *
     * @param stream stream name
     * @param partition partition number
     * @param rows its row tier
     */
    public record StreamPartition(String stream, int partition, RowTier rows) {}

    /**
     * One input of a view.
     *
     * @param view view name
     * @param input stream name
     */
    public record ViewInput(String view, String input) {}

    void started(String stream, int partition, RowTier rows) {
        rowTiers.put(rows, new StreamPartition(stream, partition, rows));
    }

    void stopped(RowTier rows) {
        rowTiers.remove(rows);
    }

    /** An action that copies the tier's counts to where other threads may read them. */
    Runnable counts(ViewSpec view, int partition, ResultTier tier) {
        return () -> {
            for (String input : view.inputs()) {
                var copy = new TreeMap<String, Long>();
                for (String outcome : OUTCOMES) {
                    copy.put(outcome, tier.count(input + "." + outcome));
                }
                counts.computeIfAbsent(new ViewInput(view.name(), input), key -> new ConcurrentHashMap<>())
                        .put(partition, Map.copyOf(copy));
            }
        };
    }

    /** The stream partitions that run here. */
    public List<StreamPartition> streams() {
        return List.copyOf(rowTiers.values());
    }

    /** Counts of an input of a view, summed over the partitions seen here. */
    public Map<String, Long> counts(ViewInput input) {
        var sum = new TreeMap<String, Long>();
        for (var partition : counts.getOrDefault(input, Map.of()).values()) {
            partition.forEach((outcome, count) -> sum.merge(outcome, count, Long::sum));
        }
        return sum;
    }
}

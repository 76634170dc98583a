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
    /** The outcomes that rule 4 counts. {@code provisional}: results of an inner view that are not published yet. */
    public static final List<String> OUTCOMES = List.of(
            "on_time",
            "corrected",
            "late",
            "outside",
            "rerouted",
            "duplicate",
            "dead_letter",
            "control",
            "provisional");

    private final Map<StateStore, StreamPartition> rowTiers = new ConcurrentHashMap<>();
    private final Map<StateStore, ViewPartition> views = new ConcurrentHashMap<>();

    /**
     * A running partition of a stream.
     *
     * @param stream stream name
     * @param partition partition number
     * @param rows its row tier
     */
    public record StreamPartition(String stream, int partition, RowTier rows) {}

    private record ViewPartition(String view, int partition, ResultTier results) {}

    void started(String stream, int partition, RowTier rows) {
        rowTiers.put(rows, new StreamPartition(stream, partition, rows));
    }

    void stopped(RowTier rows) {
        rowTiers.remove(rows);
    }

    void started(ViewSpec view, int partition, ResultTier results) {
        views.put(results, new ViewPartition(view.name(), partition, results));
    }

    void stopped(ResultTier results) {
        views.remove(results);
    }

    /** The stream partitions that run here. */
    public List<StreamPartition> streams() {
        return List.copyOf(rowTiers.values());
    }

    /** Committed counts of an input of a view, by outcome, summed over the partitions that run here. */
    public Map<String, Long> counts(String view, String input) {
        var sum = new TreeMap<String, Long>();
        for (var partition : views.values()) {
            if (partition.view().equals(view)) {
                var counts = partition.results().committedCounts();
                OUTCOMES.forEach(
                        outcome -> sum.merge(outcome, counts.getOrDefault(countName(input, outcome), 0L), Long::sum));
            }
        }
        return sum;
    }

    static String countName(String input, String outcome) {
        return input + "." + outcome;
    }
}

package io.polaroid.topology.prove;

import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.timeseries.row.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Rows of a stream that come from elsewhere, such as files or pages of a REST service: those that the stream's rules accept, by partition.
 * Mutable while rows are added; not thread-safe.
 */
public final class Brought {
    private final StreamRules rules;
    private final int partitions;
    private final Map<Integer, List<Found>> rows = new HashMap<>();
    private long refused;

    /**
     * A row.
     *
     * @param fits its series, time and id
     * @param cells its cells
     * @param offset the offset that it had in the stream's topic, if it was ever there
     */
    record Found(StreamRules.Fits fits, Row cells, OptionalLong offset) {}

    /** Rows of a stream with these rules. */
    public Brought(StreamRules rules, int partitions) {
        this.rules = rules;
        this.partitions = partitions;
    }

    /**
     * Adds a row.
     *
     * @param cells on their own, columns as the stream's
     * @param offset the offset that it had in the stream's topic, if it was ever there
     */
    public void add(Row cells, OptionalLong offset) {
        var series = SeriesKey.of(cells, rules.columns().key());
        int partition = SeriesKey.partition(series, partitions);
        if (rules.judge(partition, series.getBytes(StandardCharsets.UTF_8), cells) instanceof StreamRules.Fits fits) {
            rows.computeIfAbsent(partition, at -> new ArrayList<>()).add(new Found(fits, cells, offset));
        } else {
            refused++;
        }
    }

    /** Rows that the stream's rules do not accept. */
    public long refused() {
        return refused;
    }

    /** How many rows there are. */
    public long size() {
        return rows.values().stream().mapToLong(List::size).sum();
    }

    List<Found> of(int partition) {
        return rows.getOrDefault(partition, List.of());
    }

    boolean hasId() {
        return rules.columns().id().isPresent();
    }
}

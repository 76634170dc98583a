package io.polaroid.ingest.rows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the messages of one source become rows.
 *
 * @param rules each message becomes one row, or one dead letter, for each rule that it matches
 * @param streams the streams that the rules name
 * @param symbols the series keys that are known; empty lets all in
 * @param position JSON pointer to the feed's running number, or null if it has none
 * @param sequence JSON pointer to what the feed counts the messages of a series with, or null if it does not
 * @param maxAheadMillis how far event time may be ahead of the clock
 */
public record RowsSpec(
        List<RowRule> rules,
        Map<String, StreamSpec> streams,
        Set<String> symbols,
        @Nullable String position,
        @Nullable String sequence,
        long maxAheadMillis) {
    public RowsSpec {
        rules = List.copyOf(rules);
        streams = Map.copyOf(streams);
        symbols = Set.copyOf(symbols);
    }
}

package io.polaroid.query.web;

import io.polaroid.store.read.LiveTable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The newest rows of some series, found in batches that stay their owner's. */
final class SeriesPick {
    private record Place(VectorSchemaRoot batch, int row, long time, long sequence) {}

    private static final Comparator<Place> OLDEST_FIRST =
            Comparator.comparingLong(Place::time).thenComparingLong(Place::sequence);

    private final LiveTable table;
    private final Set<String> symbols;
    private final int limit;
    private final Map<String, PriorityQueue<Place>> newest = new HashMap<>();
    private long sequence;

    /**
     * An empty pick.
     *
     * @param symbols wanted values of the first key column
     * @param limit most rows of a series
     */
    SeriesPick(LiveTable table, Set<String> symbols, int limit) {
        this.table = table;
        this.symbols = symbols;
        this.limit = limit;
    }

    void add(VectorSchemaRoot batch) {
        FieldVector keys = batch.getVector(table.keyColumns().getFirst());
        var times = (TimeStampVector) batch.getVector(table.timeColumn());
        for (int row = 0; row < batch.getRowCount(); row++) {
            var symbol = String.valueOf(keys.getObject(row));
            if (!symbols.contains(symbol) || times.isNull(row)) {
                continue;
            }
            var places = newest.computeIfAbsent(symbol, key -> new PriorityQueue<>(OLDEST_FIRST));
            places.add(new Place(batch, row, times.get(row), sequence++));
            if (places.size() > limit) {
                places.poll();
            }
        }
    }

    /** The rows of each series as texts, oldest first. */
    Map<String, List<String>> texts(LiveRows.RowText text) {
        var texts = new HashMap<String, List<String>>();
        newest.forEach((symbol, places) -> texts.put(
                symbol,
                places.stream()
                        .sorted(OLDEST_FIRST)
                        .map(place -> text.of(place.batch(), place.row()))
                        .toList()));
        return texts;
    }
}

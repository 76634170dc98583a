package io.polaroid.store.row;

import io.polaroid.store.column.ColumnTable;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The feed ids of a partition: those of unsealed rows in memory with their series, those of sealed rows with their segments. */
final class KnownIds {
    private static final int UNSEALED_BYTES = 48;
    private static final int SEALED_BYTES = 2;

    private final RowTable layout;
    private final ColumnTable table;
    private final Map<Long, SealedIds> segments = new HashMap<>();
    private long unsealed;
    private long sealed;

    KnownIds(RowTable layout, ColumnTable table) {
        this.layout = layout;
        this.table = table;
    }

    /** Whether the series has a row with this id at or after the horizon. */
    boolean contains(SeriesIndex series, String id, long horizon) {
        if (series.ids.contains(id, horizon)) {
            return true;
        }
        if (segments.isEmpty()) {
            return false;
        }
        if (!FeedIds.isNumber(id)) {
            return find(IdHash.ofText(series.number(), id), series, layout.idText, id, horizon);
        }
        long number = Long.parseLong(id);
        // Most feeds count up, so most ids are new without a search.
        return number <= series.greatestId
                && find(IdHash.ofNumber(series.number(), number), series, layout.idNumber, number, horizon);
    }

    private boolean find(long hash, SeriesIndex series, int column, Object id, long horizon) {
        for (SealedIds segment : segments.values()) {
            if (segment.any(
                    hash,
                    row -> table.longAt(row, layout.seriesNumber) == series.number()
                            && table.longAt(row, layout.timeNanos) >= horizon
                            && id.equals(table.valueAt(row, column)))) {
                return true;
            }
        }
        return false;
    }

    /** Sets the id of a new row. */
    void put(SeriesIndex series, int row, String id, long timeNanos) {
        if (FeedIds.isNumber(id)) {
            long number = Long.parseLong(id);
            table.setLong(row, layout.idNumber, number);
            series.greatestId = Math.max(series.greatestId, number);
        } else {
            table.set(row, layout.idText, id);
        }
        series.ids.put(id, timeNanos);
        unsealed++;
    }

    /** Takes in the id of a row that is there already. */
    void load(SeriesIndex series, int row) {
        boolean isNumber = !table.isNull(row, layout.idNumber);
        if (isNumber) {
            series.greatestId = Math.max(series.greatestId, table.longAt(row, layout.idNumber));
        }
        if (table.isMapped(row)) {
            return;
        }
        if (isNumber) {
            series.ids.put(
                    Long.toString(table.longAt(row, layout.idNumber)), table.longAt(row, layout.timeNanos));
            unsealed++;
        } else if (table.valueAt(row, layout.idText) instanceof String id) {
            series.ids.put(id, table.longAt(row, layout.timeNanos));
            unsealed++;
        }
    }

    /** Takes in the index of a segment. */
    void add(long segment, ByteBuffer index) {
        var ids = new SealedIds(index);
        segments.put(segment, ids);
        sealed += ids.size();
    }

    /** Notes anew which chunk of the table is which batch, after chunks were sealed or dropped. */
    void placeAgain() {
        segments.values().forEach(SealedIds::forgetPlaces);
        table.forEachPlace((chunk, place) -> {
            SealedIds ids = segments.get(place.segment());
            if (ids != null) {
                ids.place(place.batch(), chunk);
            }
        });
        segments.values().removeIf(ids -> !ids.isPlaced());
        sealed = segments.values().stream().mapToLong(SealedIds::size).sum();
    }

    /** Begins to note the ids of unsealed rows anew. */
    void clearUnsealed(Iterable<SeriesIndex> series) {
        series.forEach(index -> index.ids.clear());
        unsealed = 0;
    }

    /** About how much of the heap it takes. */
    long heapBytes() {
        return unsealed * UNSEALED_BYTES + sealed * SEALED_BYTES;
    }
}

package io.polaroid.store.row;

import io.polaroid.schemas.stream.FeedIds;
import io.polaroid.store.RowIntake;
import io.polaroid.store.column.ColumnTable;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The feed ids of a partition: those of unsealed rows in memory with their series, those of sealed rows with their segments. */
final class KnownIds {
    private static final int UNSEALED_BYTES = 48;

    private final RowTable layout;
    private final ColumnTable table;
    private final Map<Long, SealedIds> segments = new HashMap<>();
    private long unsealed;

    KnownIds(RowTable layout, ColumnTable table) {
        this.layout = layout;
        this.table = table;
    }

    /** Whether the series has a row with this id at or after the horizon. */
    boolean contains(SeriesIndex series, String id, long horizon) {
        if (FeedIds.isNumber(id)) {
            return contains(series, Long.parseLong(id), horizon);
        }
        return series.ids.contains(id, horizon)
                || !segments.isEmpty() && find(IdHash.ofText(series.number, id), series, layout.idText, id, horizon);
    }

    private boolean find(long hash, SeriesIndex series, int column, Object id, long horizon) {
        for (SealedIds segment : segments.values()) {
            if (segment.any(
                    hash,
                    row -> table.longAt(row, layout.seriesNumber) == series.number
                            && table.longAt(row, layout.timeNanos) >= horizon
                            && id.equals(table.valueAt(row, column)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the series has a row with this number as its id at or after the horizon. */
    boolean contains(SeriesIndex series, long id, long horizon) {
        if (series.ids.contains(id, horizon)) {
            return true;
        }
        // Most feeds count up, so most ids are new without a search.
        return id <= series.greatestId
                && !segments.isEmpty()
                && find(IdHash.ofNumber(series.number, id), series, layout.idNumber, id, horizon);
    }

    /** Remembers the id of a new row. */
    void put(SeriesIndex series, String id, long timeNanos) {
        if (FeedIds.isNumber(id)) {
            put(series, Long.parseLong(id), timeNanos);
        } else {
            series.ids.put(id, timeNanos);
            unsealed++;
        }
    }

    /** Remembers the id of a new row. */
    void put(SeriesIndex series, long id, long timeNanos) {
        series.greatestId = Math.max(series.greatestId, id);
        series.ids.put(id, timeNanos);
        unsealed++;
    }

    /** Writes the id of a new row beside it. */
    void set(int row, String id) {
        if (FeedIds.isNumber(id)) {
            table.setLong(row, layout.idNumber, Long.parseLong(id));
        } else {
            table.set(row, layout.idText, id);
        }
    }

    /** Writes the id of a new row beside it, whichever of the two it is, if it has one. */
    void set(int row, long number, @Nullable String text) {
        if (text != null) {
            set(row, text);
        } else if (number != RowIntake.Taken.NO_ID) {
            table.setLong(row, layout.idNumber, number);
        }
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
            series.ids.put(table.longAt(row, layout.idNumber), table.longAt(row, layout.timeNanos));
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
    }

    /** Begins to note the ids of unsealed rows anew. */
    void clearUnsealed(Iterable<SeriesIndex> series) {
        series.forEach(index -> index.ids.clear());
        unsealed = 0;
    }

    /** About how much of the heap it takes. */
    long heapBytes() {
        return unsealed * UNSEALED_BYTES;
    }
}

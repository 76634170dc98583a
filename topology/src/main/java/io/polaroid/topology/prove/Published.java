package io.polaroid.topology.prove;

import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The revisions of a view's results that its topic holds, of one partition. */
final class Published {
    private final int width;
    private final Map<ResultKey, List<Revision>> revisions = new HashMap<>();
    private final List<Backfill> backfills = new ArrayList<>();

    /** A time that a backfill has covered. */
    private record Backfill(long fromNanos, long toNanos) {}

    /**
     * A revision.
     *
     * @param number its number
     * @param offset offset of the input record that caused it
     * @param cells all cells of the record
     */
    record Revision(long number, long offset, List<@Nullable Object> cells) {}

    /** @param width columns of the topic, the last three of them those of revisions */
    Published(int width) {
        this.width = width;
    }

    void add(ResultKey key, Row row) {
        if (!row.isNull(width - 3)) {
            revisions
                    .computeIfAbsent(key, at -> new ArrayList<>())
                    .add(new Revision(row.longAt(width - 3), row.longAt(width - 1), cells(row, width)));
        }
    }

    /** Notes that a backfill has covered {@code [fromNanos, toNanos)}. */
    void addBackfill(long fromNanos, long toNanos) {
        backfills.add(new Backfill(fromNanos, toNanos));
    }

    boolean hasBackfills() {
        return !backfills.isEmpty();
    }

    /** Whether one backfill has covered all of this time. */
    boolean isBackfilled(long startNanos, long endNanos) {
        return backfills.stream().anyMatch(done -> startNanos >= done.fromNanos() && endNanos <= done.toNanos());
    }

    static List<@Nullable Object> cells(Row row, int width) {
        var cells = new ArrayList<@Nullable Object>(width);
        for (int i = 0; i < width; i++) {
            cells.add(row.valueAt(i));
        }
        return cells;
    }

    Map<ResultKey, Revision> newest() {
        return newestBelow(Long.MAX_VALUE);
    }

    /** The newest revisions among those caused by input records below an offset. */
    Map<ResultKey, Revision> newestBelow(long offset) {
        var newest = new HashMap<ResultKey, Revision>();
        revisions.forEach((key, all) -> {
            for (Revision revision : all) {
                if (revision.offset() < offset) {
                    newest.put(key, revision);
                }
            }
        });
        return newest;
    }

    /** The last record of this revision. */
    Optional<Revision> revision(ResultKey key, long number) {
        return revisions.getOrDefault(key, List.of()).stream()
                .filter(revision -> revision.number() == number)
                .reduce((earlier, later) -> later);
    }
}

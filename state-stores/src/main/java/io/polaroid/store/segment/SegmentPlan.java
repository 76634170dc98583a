package io.polaroid.store.segment;

import io.polaroid.store.StoreLimits.Pressure;
import io.polaroid.store.column.ChunkPlace;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.TableView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a capture writes: which chunks become a segment, and which are too fresh and go to the tail file.
 *
 * @param sealed chunks of a new segment
 * @param tail chunks of a new tail file
 */
record SegmentPlan(List<Integer> sealed, List<Integer> tail) {
    /** A segment's index numbers its rows with 24 bits. */
    private static final int MOST_CHUNKS = 1 << 12;

    /**
     * Plans for a view.
     *
     * @param batches how many batches each segment file has
     * @param appendOnly whether a full chunk is never written again
     */
    static SegmentPlan of(
            TableView view, Map<Long, Integer> batches, boolean appendOnly, int segmentChunks, Pressure pressure) {
        var used = new HashMap<Long, Integer>();
        for (int chunk = 0; chunk < view.chunks(); chunk++) {
            ChunkPlace place = view.place(chunk);
            if (place != null) {
                used.merge(place.segment(), 1, Integer::sum);
            }
        }
        var sealable = new ArrayList<Integer>();
        var tail = new ArrayList<Integer>();
        for (int chunk = 0; chunk < view.chunks(); chunk++) {
            ChunkPlace place = view.place(chunk);
            if (place != null) {
                // A segment of which little is left is written anew, so that it can go.
                if (!appendOnly
                        && sealable.size() < MOST_CHUNKS
                        && 2 * used.getOrDefault(place.segment(), 0) < batches.getOrDefault(place.segment(), 0)) {
                    sealable.add(chunk);
                }
            } else if (view.rows(chunk) == ColumnTable.CHUNK_ROWS
                    && sealable.size() < MOST_CHUNKS
                    && (appendOnly || view.isQuiet(chunk) || pressure == Pressure.FULL)) {
                sealable.add(chunk);
            } else {
                tail.add(chunk);
            }
        }
        if (sealable.size() >= segmentChunks || pressure != Pressure.NONE && !sealable.isEmpty()) {
            return new SegmentPlan(sealable, tail);
        }
        for (int chunk : sealable) {
            if (view.place(chunk) == null) {
                tail.add(chunk);
            }
        }
        tail.sort(null);
        return new SegmentPlan(List.of(), tail);
    }
}

package io.polaroid.store.segment;

import io.polaroid.store.column.TableView;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Makes what goes beside a segment so that its owner finds rows in it. Called on a background thread. */
@FunctionalInterface
public interface SegmentIndexer {
    /** For owners that look for nothing. */
    SegmentIndexer NONE = (view, chunks) -> Optional.empty();

    /** The index of the rows of these chunks, numbered from 0 through all of them. */
    Optional<ByteBuffer> index(TableView view, List<Integer> chunks);
}

package io.polaroid.store.entry;

import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Entries at one moment; any thread may read them until they are released. */
public final class EntrySnapshot implements Entries {
    private final TableView view;
    private final EntryCells cells;
    private final EntryOrder byKey;
    private final EntryOrder bySegment;
    private final EntryFacts facts;

    EntrySnapshot(TableView view, EntryOrder byKey, EntryOrder bySegment, EntryFacts facts) {
        this.view = view;
        this.cells = new EntryCells.OfView(view);
        this.byKey = byKey;
        this.bySegment = bySegment;
        this.facts = facts;
    }

    @Override
    public EntryCells cells() {
        return cells;
    }

    @Override
    public EntryOrder order(EntryRange.Sort sort) {
        return sort == EntryRange.Sort.KEY ? byKey : bySegment;
    }

    /** What goes with it. */
    public EntryFacts facts() {
        return facts;
    }

    /** The columns of {@link #copy}: key, time, sequence, value. */
    public static Schema schema() {
        return EntryCells.SCHEMA;
    }

    /** The value of an entry. */
    public byte @Nullable [] get(EntryKey key) {
        long position = byKey.ceiling(cells, key);
        if (position == byKey.end() || EntrySort.BY_KEY.compare(cells, byKey.row(position), key) != 0) {
            return null;
        }
        return cells.value(byKey.row(position));
    }

    /**
     * Copies the entries of some keys that have not expired and are of some stretch of time, by key and time, into vectors that
     * the caller owns. What of a key is of other times is jumped over.
     *
     * @param keys where keys begin and end
     * @param from the first time
     * @param to where the stretch of time ends, exclusive; {@link Long#MAX_VALUE} for no end
     */
    public VectorSchemaRoot copyBetween(Keys keys, long from, long to, BufferAllocator target) {
        long least = Math.max(from, facts.horizon());
        var selection = new RowRuns();
        long at = keys.first(this);
        while (keys.includes(this, at)) {
            EntryKey key = cells.key(byKey.row(at));
            if (key.time() < least) {
                at = byKey.ceiling(cells, EntryKey.first(key.bytes(), least));
            } else if (key.time() >= to && to != Long.MAX_VALUE) {
                at = byKey.ceiling(cells, EntryKey.behind(key.bytes()));
            } else {
                selection.add(byKey.row(at));
                at = byKey.next(at);
            }
        }
        return view.copy(selection, EntryCells.SCHEMA.getFields().size(), target);
    }

    /**
     * Copies of each key, in their order, the last entry that has not expired and is before a time; entries between are jumped
     * over.
     *
     * @param to the time, exclusive; {@link Long#MAX_VALUE} for no end
     */
    public VectorSchemaRoot copyLast(Keys keys, long to, BufferAllocator target) {
        var selection = new RowRuns();
        long at = keys.first(this);
        while (keys.includes(this, at)) {
            EntryKey key = cells.key(byKey.row(at));
            long next = behind(key, at);
            long last = byKey.previous(
                    to == Long.MAX_VALUE || key.time() >= to
                            ? next
                            : byKey.ceiling(cells, EntryKey.first(key.bytes(), to)));
            long time = cells.key(byKey.row(last)).time();
            if (time >= facts.horizon() && (time < to || to == Long.MAX_VALUE)) {
                selection.add(byKey.row(last));
            }
            at = next;
        }
        return view.copy(selection, EntryCells.SCHEMA.getFields().size(), target);
    }

    /** Where the entries behind those of a key begin, which most often is the next one. */
    private long behind(EntryKey key, long at) {
        long next = byKey.next(at);
        return next == byKey.end() || cells.compareBytes(byKey.row(next), key.bytes()) != 0
                ? next
                : byKey.ceiling(cells, EntryKey.behind(key.bytes()));
    }

    /**
     * A range of keys.
     *
     * @param from where they begin; empty: with the first
     * @param to where they end, exclusive; empty: behind the last
     */
    public record Keys(Optional<EntryKey> from, Optional<EntryKey> to) {
        private long first(EntrySnapshot snapshot) {
            return from.map(key -> snapshot.byKey.ceiling(snapshot.cells, key)).orElse(0L);
        }

        private boolean includes(EntrySnapshot snapshot, long at) {
            return at != snapshot.byKey.end()
                    && to.map(key -> EntrySort.BY_KEY.compare(snapshot.cells, snapshot.byKey.row(at), key) < 0)
                            .orElse(true);
        }
    }

    void retain() {
        view.retain();
    }

    void release() {
        view.release();
    }
}

package io.polaroid.store.entry;

import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
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

    /** Copies a stretch of entries, in its order, into vectors that the caller owns. */
    public VectorSchemaRoot copy(EntryRange range, BufferAllocator target) {
        var selection = new RowRuns();
        var cursor = new EntryCursor(this, facts.visible(range));
        for (int row = cursor.advance(); row >= 0; row = cursor.advance()) {
            selection.add(row);
        }
        return view.copy(selection, EntryCells.SCHEMA.getFields().size(), target);
    }

    /** Copies of each key that the range (in the order of keys, forward) has entries of, the last one. */
    public VectorSchemaRoot copyLastOfEachKey(EntryRange range, BufferAllocator target) {
        var selection = new RowRuns();
        var cursor = new EntryCursor(this, facts.visible(range));
        int before = -1;
        for (int row = cursor.advance(); row >= 0; row = cursor.advance()) {
            if (before >= 0 && cells.compareBytes(row, cells.key(before).bytes()) != 0) {
                selection.add(before);
            }
            before = row;
        }
        if (before >= 0) {
            selection.add(before);
        }
        return view.copy(selection, EntryCells.SCHEMA.getFields().size(), target);
    }

    void retain() {
        view.retain();
    }

    void release() {
        view.release();
    }
}

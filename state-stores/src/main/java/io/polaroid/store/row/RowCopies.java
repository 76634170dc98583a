package io.polaroid.store.row;

import io.polaroid.store.CommittedQueries.Selected;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import io.polaroid.store.query.RowFinder;
import io.polaroid.store.query.RowSelection;
import io.polaroid.store.read.TableSnapshot;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Copies of the rows of a view, made on any thread.
 *
 * @param finder finds rows
 */
record RowCopies(RowTable layout, RowFinder finder) {
    /** Copies selected rows. */
    Selected select(TableView view, RowFacts facts, RowSelection selection, BufferAllocator target) {
        var rows = finder.in(view, facts.horizon(), facts.series());
        return new Selected(view.copy(rows.of(selection), layout.visible, target), rows.howFound());
    }

    /** Copies what is at or after the horizon. */
    TableSnapshot.Part snapshot(int partition, TableView view, RowFacts facts, BufferAllocator target) {
        var selection = new RowRuns();
        long hiddenOffset = facts.droppedOffset();
        for (int row = 0; row < view.rows(); row++) {
            if (view.longAt(row, layout.timeNanos) >= facts.horizon()) {
                selection.add(row);
            } else {
                hiddenOffset = Math.max(hiddenOffset, view.longAt(row, layout.offset));
            }
        }
        return new TableSnapshot.Part(
                partition,
                view.copy(selection, layout.visible, target),
                hiddenOffset + 1,
                facts.status().committedOffset(),
                facts.status().progressNanos());
    }
}

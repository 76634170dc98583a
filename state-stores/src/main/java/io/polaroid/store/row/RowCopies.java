package io.polaroid.store.row;

import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import io.polaroid.store.query.RowSelection;
import io.polaroid.store.query.SelectedRows;
import io.polaroid.store.read.TableSnapshot;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Copies of the rows of a view, made on any thread.
 *
 * @param names names of the series by number; those that a commit knew stay where they are
 */
record RowCopies(RowTable layout, List<String> names) {
    /** Copies selected rows. */
    VectorSchemaRoot select(TableView view, RowFacts facts, RowSelection selection, BufferAllocator target) {
        var rows = new SelectedRows(
                view,
                layout.timeNanos,
                layout.offset,
                facts.horizon(),
                row -> names.get((int) view.longAt(row, layout.seriesNumber)));
        return view.copy(rows.of(selection), layout.visible, target);
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

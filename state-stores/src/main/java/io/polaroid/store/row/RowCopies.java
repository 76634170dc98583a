package io.polaroid.store.row;

import io.polaroid.store.CommittedQueries.CommittedRows;
import io.polaroid.store.CommittedQueries.Selected;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import io.polaroid.store.query.RowFinder;
import io.polaroid.store.query.RowSelection;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.query.Position;

/**
 * Copies of the rows of a view, made on any thread.
 *
 * @param finder finds rows
 */
record RowCopies(RowTable layout, RowFinder finder) {
    /** What is committed. */
    CommittedRows read(int partition, TableView view, RowFacts facts) {
        return new CommittedRows() {
            @Override
            public Position position() {
                return facts.position();
            }

            @Override
            public TableSnapshot.Part snapshot(BufferAllocator target) {
                return RowCopies.this.snapshot(partition, view, facts, target);
            }

            @Override
            public TableScan.Part scan(BufferAllocator reader) {
                return RowCopies.this.scan(partition, view, facts, reader);
            }

            @Override
            public Selected select(RowSelection selection, BufferAllocator target) {
                return RowCopies.this.select(view, facts, selection, target);
            }
        };
    }

    /** Copies selected rows. */
    private Selected select(TableView view, RowFacts facts, RowSelection selection, BufferAllocator target) {
        var rows = finder.in(view, facts.horizon(), facts.series());
        return new Selected(view.copy(rows.of(selection), layout.visible, target), rows.howFound());
    }

    /** What is at or after the horizon, and the highest offset of the others. */
    private record Visible(RowRuns rows, long hiddenOffset) {}

    private Visible visible(TableView view, RowFacts facts) {
        var selection = new RowRuns();
        long hiddenOffset = facts.droppedOffset();
        for (int row = 0; row < view.rows(); row++) {
            if (view.longAt(row, layout.timeNanos) >= facts.horizon()) {
                selection.add(row);
            } else {
                hiddenOffset = Math.max(hiddenOffset, view.longAt(row, layout.offset));
            }
        }
        return new Visible(selection, hiddenOffset);
    }

    /** Copies what is at or after the horizon. */
    private TableSnapshot.Part snapshot(int partition, TableView view, RowFacts facts, BufferAllocator target) {
        var visible = visible(view, facts);
        return new TableSnapshot.Part(
                partition,
                view.copy(visible.rows(), layout.visible, target),
                visible.hiddenOffset() + 1,
                facts.status().committedOffset(),
                facts.status().progressNanos());
    }

    /** Lends what is at or after the horizon. */
    private TableScan.Part scan(int partition, TableView view, RowFacts facts, BufferAllocator reader) {
        var visible = visible(view, facts);
        return new TableScan.Part(
                partition,
                view.lend(visible.rows(), layout.visible, reader),
                visible.hiddenOffset() + 1,
                facts.status().committedOffset(),
                facts.status().progressNanos());
    }
}

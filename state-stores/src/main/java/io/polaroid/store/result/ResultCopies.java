package io.polaroid.store.result;

import io.polaroid.store.CommittedQueries;
import io.polaroid.store.CommittedQueries.CommittedRows;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import io.polaroid.store.query.RowFinder;
import io.polaroid.store.query.RowSelection;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.query.Position;

/**
 * Copies of the results of a view of the table, made on any thread.
 *
 * @param finder finds results
 */
record ResultCopies(ResultTable layout, RowFinder finder) {
    /** What is committed. */
    CommittedRows read(int partition, TableView view, ResultFacts facts) {
        return new CommittedRows() {
            @Override
            public Position position() {
                return facts.state().position(partition);
            }

            @Override
            public TableSnapshot.Part snapshot(BufferAllocator target) {
                return copy(partition, view, facts.state(), target);
            }

            @Override
            public TableScan.Part scan(BufferAllocator reader) {
                return lend(partition, view, facts.state(), reader);
            }

            @Override
            public CommittedQueries.Selected select(RowSelection selection, BufferAllocator target) {
                var rows = finder.in(view, facts.state().horizon(), facts.series());
                return new CommittedQueries.Selected(
                        view.copy(rows.of(selection), layout.resultColumns, target), rows.howFound());
            }
        };
    }

    private RowRuns visible(TableView view, ViewState state) {
        var selection = new RowRuns();
        for (int row = 0; row < view.rows(); row++) {
            if (view.longAt(row, layout.timeNanos) >= state.horizon()) {
                selection.add(row);
            }
        }
        return selection;
    }

    /** Lends the results that have not expired. */
    private TableScan.Part lend(int partition, TableView view, ViewState state, BufferAllocator reader) {
        return new TableScan.Part(
                partition,
                view.lend(visible(view, state), layout.resultColumns, reader),
                state.horizon(),
                state.offset(),
                state.progressNanos());
    }

    /** Copies the results that have not expired. */
    private TableSnapshot.Part copy(int partition, TableView view, ViewState state, BufferAllocator target) {
        return new TableSnapshot.Part(
                partition,
                view.copy(visible(view, state), layout.resultColumns, target),
                state.horizon(),
                state.offset(),
                state.progressNanos());
    }
}

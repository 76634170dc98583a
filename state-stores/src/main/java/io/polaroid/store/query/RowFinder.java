package io.polaroid.store.query;

import io.polaroid.store.column.OrderColumns;
import io.polaroid.store.column.TableView;

/**
 * Finds rows of a store in views of its table, without going through all of them. Any thread.
 *
 * <p><b>Cost</b> the first question puts the names of series in order and the rows of each chunk that it looks into; later
 * ones only those that are new since. After that a question about one series halves its rows in each chunk whose times can
 * hold any, one about all of them looks at each series of those chunks once.
 */
public final class RowFinder {
    private final OrderColumns by;
    private volatile SeriesRanks ranks;

    /**
     * For a store.
     *
     * @param by the columns that find rows
     * @param names names of the series by number
     */
    public RowFinder(OrderColumns by, SeriesNames names) {
        this.by = by;
        this.ranks = SeriesRanks.none(names);
    }

    /**
     * What there is to be selected from.
     *
     * @param view the rows
     * @param horizon rows before this time have expired
     * @param series how many series the view knows
     */
    public SelectedRows in(TableView view, long horizon, int series) {
        SeriesRanks known = ranks;
        if (known.size() < series) {
            known = known.upTo(series);
            ranks = known;
        }
        return new SelectedRows(view, by, horizon, known);
    }
}

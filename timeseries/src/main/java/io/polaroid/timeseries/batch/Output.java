package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.window.Statistic;
import java.util.List;

/**
 * A column to compute: a statistic of one column (or of two) under a name. A column of the input with that name is replaced in its
 * place.
 *
 * @param name the name of the result
 * @param statistic what is computed
 * @param columns of what; as many as the statistic takes
 */
public record Output(String name, Statistic statistic, List<String> columns) {
    public Output {
        columns = List.copyOf(columns);
        if (columns.size() != statistic.columns()) {
            throw new IllegalArgumentException(
                    statistic.title() + " takes " + statistic.columns() + " columns, not " + columns.size());
        }
    }

    /** A statistic of one column. */
    public static Output of(String name, Statistic statistic, String column) {
        return new Output(name, statistic, List.of(column));
    }

    /** A statistic of two columns. */
    public static Output of(String name, Statistic statistic, String left, String right) {
        return new Output(name, statistic, List.of(left, right));
    }
}

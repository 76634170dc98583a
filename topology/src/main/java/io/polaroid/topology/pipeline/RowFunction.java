package io.polaroid.topology.pipeline;

import io.polaroid.timeseries.batch.Decay;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.statistics.AdfTest;
import io.polaroid.timeseries.statistics.JohansenTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** What is computed for each row from it and the rows of its series before it. */
public sealed interface RowFunction {
    /** How far back in event time rows are looked at: what lies before that does not count. */
    Duration within();

    /**
     * Aggregates of a window of time that ends at the row; rows of equal time share one.
     *
     * @param period its length
     * @param closed which ends belong to it
     * @param minSamples how many values an aggregate needs
     * @param aggregates output column to aggregate expression
     */
    record TimeWindow(Duration period, Closed closed, int minSamples, SequencedMap<String, String> aggregates)
            implements RowFunction {
        /** What a rolling view computes. */
        public static TimeWindow of(ViewSpec.Rolling view) {
            return new TimeWindow(view.period(), Closed.RIGHT, 1, view.aggregates());
        }

        @Override
        public Duration within() {
            return period;
        }
    }

    /**
     * Aggregates of the last rows.
     *
     * @param rows how many, the row itself being the last
     * @param closed {@code LEFT} for the rows before it, {@code BOTH} for one more, {@code NONE} for one less
     * @param minSamples how many values an aggregate needs
     * @param aggregates output column to aggregate expression
     */
    record RowWindow(int rows, Closed closed, int minSamples, SequencedMap<String, String> aggregates, Duration within)
            implements RowFunction {}

    /**
     * The row itself: those that a condition holds for, and of these some columns or others made of them.
     *
     * @param where a boolean expression; empty for all rows
     * @param columns output column to expression over the row; empty for the columns that the row has
     */
    record Select(Optional<String> where, SequencedMap<String, String> columns) implements RowFunction {
        @Override
        public Duration within() {
            return Duration.ZERO;
        }
    }

    /**
     * A cell some rows before, or what the row's own is more.
     *
     * @param kind which
     * @param rows how many rows before
     * @param columns output column to input column
     */
    record Shift(Kind kind, int rows, SequencedMap<String, String> columns, Duration within) implements RowFunction {
        /** What is made of the cell. */
        public enum Kind {
            /** The cell itself. */
            LAG,
            /** The row's own less the cell. */
            DIFF,
            /** The difference over the cell. */
            PCT_CHANGE
        }
    }

    /**
     * The last cell that is not null.
     *
     * @param limit how many nulls in a row are filled; empty for all
     * @param columns output column to input column
     */
    record FillForward(OptionalInt limit, SequencedMap<String, String> columns, Duration within)
            implements RowFunction {}

    /**
     * Exponentially weighted statistics of all rows so far; they begin anew after a pause of more than {@code within}.
     *
     * @param decay how fast weights decay from row to row; empty if {@code halfLife} is there
     * @param halfLife time in which weights halve
     * @param options further ones
     * @param columns output column to statistic
     */
    record Ewm(
            Optional<Decay> decay,
            Optional<Duration> halfLife,
            Options options,
            SequencedMap<String, Of> columns,
            Duration within)
            implements RowFunction {
        /** As {@link io.polaroid.timeseries.batch.Ewm} has them. */
        public record Options(boolean adjust, boolean bias, int minSamples, boolean ignoreNulls) {
            /** Polars' defaults. */
            public static final Options DEFAULT = new Options(true, false, 1, false);
        }

        /** A statistic of an input column. */
        public record Of(io.polaroid.timeseries.batch.Ewm.Kind kind, String column) {}
    }

    /**
     * The augmented Dickey-Fuller test of the last rows: columns {@code <column>_adf_statistic} and {@code <column>_adf_p_value}.
     *
     * @param column what is tested
     * @param rows how many, the row itself being the last
     */
    record Adf(String column, int rows, AdfTest test, Duration within) implements RowFunction {}

    /**
     * The Johansen test of the last rows: the columns of {@link io.polaroid.timeseries.statistics.RollingJohansen}.
     *
     * @param columns the series
     * @param rows how many, the row itself being the last
     */
    record Johansen(List<String> columns, int rows, JohansenTest test, Duration within) implements RowFunction {
        /** Holds a copy of the list. */
        public Johansen {
            columns = List.copyOf(columns);
        }
    }
}

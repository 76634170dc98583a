package io.polaroid.schemas.stream;

import io.polaroid.timeseries.operator.SeriesView;
import io.polaroid.timeseries.row.Row;
import java.util.OptionalInt;

/** What tells the rows of an input apart: whether a later record is a row of its own, or replaces an earlier one. */
public sealed interface RowIdentity {
    /** What tells a row apart from others of the same series and time; two rows that agree in it are revisions of one. */
    long sequence(SeriesView rows, int index);

    /** Whether rows can be replaced at all. */
    boolean isRevised();

    /** Position of the column that says of a revision that the row is there no more; empty where rows stay. */
    default OptionalInt withdrawn() {
        return OptionalInt.empty();
    }

    /** Whether a row is one, and not what takes an earlier revision of it back. */
    default boolean isThere(Row row) {
        return withdrawn().isEmpty()
                || !Boolean.TRUE.equals(row.valueAt(withdrawn().getAsInt()));
    }

    /** Rows of a stream: every record is one. */
    record EachRecord() implements RowIdentity {
        @Override
        public long sequence(SeriesView rows, int index) {
            return rows.offset(index);
        }

        @Override
        public boolean isRevised() {
            return false;
        }
    }

    /**
     * Results of which there is one for a series and time, such as bars.
     *
     * @param withdrawn the column that says that a result is there no more
     */
    record OnePerTime(OptionalInt withdrawn) implements RowIdentity {
        @Override
        public long sequence(SeriesView rows, int index) {
            return 0;
        }

        @Override
        public boolean isRevised() {
            return true;
        }
    }

    /**
     * Results that belong to the rows of another input.
     *
     * @param column the column with that row's number
     * @param withdrawn the column that says that a result is there no more
     */
    record PerRow(int column, OptionalInt withdrawn) implements RowIdentity {
        @Override
        public long sequence(SeriesView rows, int index) {
            return rows.row(index).longAt(column);
        }

        @Override
        public boolean isRevised() {
            return true;
        }
    }
}

package io.polaroid.schemas.stream;

import io.polaroid.timeseries.operator.SeriesView;

/** What tells the rows of an input apart: whether a later record is a row of its own, or replaces an earlier one. */
public sealed interface RowIdentity {
    /** What tells a row apart from others of the same series and time; two rows that agree in it are revisions of one. */
    long sequence(SeriesView rows, int index);

    /** Whether rows can be replaced at all. */
    boolean isRevised();

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

    /** Results of which there is one for a series and time, such as bars. */
    record OnePerTime() implements RowIdentity {
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
     */
    record PerRow(int column) implements RowIdentity {
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

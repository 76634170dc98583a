package io.polaroid.store;

import io.polaroid.schemas.arrow.BatchRows;

/** The rows of one record, which has many. Valid until its intake opens the next one. */
public interface RowBatch {
    /** The cells, by place in the record. */
    BatchRows rows();

    /** What a row is; never feed health. */
    RowIntake.Intake admit(int index);

    /** Tries the short way for a row, as {@link RowIntake#take} does for a record. */
    boolean take(int index);

    /** The row that {@link #take} has taken; a cursor, valid until the next call. */
    RowIntake.Taken taken();
}

package io.polaroid.store;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record of a stream's topic into what it is: a pure function of the record, so that live processing and restore
 * see the same rows. Not thread-safe; each store makes its own through a {@link Factory}.
 */
@FunctionalInterface
public interface RowIntake {
    /** What the record is. */
    Intake admit(int partition, byte @Nullable [] key, byte @Nullable [] value);

    /** Makes an intake for one store instance. */
    @FunctionalInterface
    interface Factory {
        /** A new intake. */
        RowIntake create();
    }

    /** What a record is. */
    sealed interface Intake {}

    /**
     * A row that belongs here.
     *
     * @param series its series key
     * @param timeNanos its event time
     * @param id the feed's own id as text, or null for none
     * @param row its cells; valid until the next {@code admit}
     */
    record RowIn(String series, long timeNanos, @Nullable String id, Row row) implements Intake {}

    /** Feed health. */
    record ControlIn(ControlRecord control) implements Intake {}

    /** A good row under a wrong key or in a wrong partition; {@code series} is its right key. */
    record MisroutedIn(String series) implements Intake {}

    /** A view's result that is not published yet. */
    record ProvisionalIn() implements Intake {}

    /** Not a row. */
    record MalformedIn(Problem problem) implements Intake {}
}

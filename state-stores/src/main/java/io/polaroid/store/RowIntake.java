package io.polaroid.store;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.row.Row;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record of a stream's topic into what it is: a pure function of the record, so that live processing and restore
 * see the same rows. Not thread-safe; each store makes its own through a {@link Factory}.
 */
@FunctionalInterface
public interface RowIntake {
    /** What the record is. */
    Intake admit(int partition, byte @Nullable [] key, byte @Nullable [] value);

    /**
     * Tries the short way for a record: true where it is a row that {@link #admit} would call a {@link RowIn}, of a series seen
     * before; {@link #taken} then tells of it. False says nothing about the record: ask {@link #admit}.
     */
    default boolean take(RawRows records, int index) {
        return false;
    }

    /** How records hold rows. */
    default StreamFormat format() {
        return StreamFormat.AVRO;
    }

    /**
     * Whether progress is at least the time of each row. Where rows do not come in order of their times, control records alone
     * say how far it is.
     */
    default boolean movesProgress() {
        return true;
    }

    /**
     * The rows of a record that holds many; empty for one that is a row itself, feed health, or nothing that can be read: {@link #admit}
     * says which. Valid until the next call.
     *
     * @param partition of the record
     * @param bytes an array that holds its value
     * @param from where the value begins
     * @param length of the value, -1 for none
     */
    default Optional<RowBatch> open(int partition, byte[] bytes, int from, int length) {
        return Optional.empty();
    }

    /** The row that {@link #take} has taken; a cursor, valid until the next call. */
    default Taken taken() {
        throw new IllegalStateException("nothing was taken");
    }

    /** A row that was taken the short way. */
    interface Taken {
        /** {@link #id} of a row that has none. */
        long NO_ID = -1;

        /** Number of its series in this intake, from 0. */
        int number();

        /** Its series key. */
        String series();

        /** Its event time. */
        long timeNanos();

        /** The feed's own id, which is a whole number that is not negative, or {@link #NO_ID}. */
        long id();

        /** Its cells. */
        Row row();
    }

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

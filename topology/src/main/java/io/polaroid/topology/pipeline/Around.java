package io.polaroid.topology.pipeline;

import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Closed;
import java.time.Duration;
import java.util.SequencedMap;

/** What a left row looks for among the right rows of its series around it. */
public sealed interface Around {
    /** How far before the left row it looks. */
    Duration before();

    /** How far after it: results wait for that. */
    Duration after();

    /**
     * One row: the nearest in a direction.
     *
     * @param direction where
     * @param tolerance greatest distance in time, inclusive
     * @param exact whether a right row of the same time may match
     * @param tie which of two right rows at equal distance matches
     * @param nullKeys whether rows whose keys have nulls match each other
     * @param match what becomes of left rows without a match
     */
    record Nearest(
            AsOf.Direction direction,
            Duration tolerance,
            boolean exact,
            AsOf.Tie tie,
            NullKeys nullKeys,
            ViewSpec.AsOf.Match match)
            implements Around {
        /** Whether a null key equals another. */
        public enum NullKeys {
            MATCH,
            NO_MATCH
        }

        /** What an as-of join with the last row at or before looks for. */
        public static Nearest of(ViewSpec.AsOf view) {
            return new Nearest(
                    AsOf.Direction.BACKWARD, view.tolerance(), true, AsOf.Tie.LATER, NullKeys.MATCH, view.match());
        }

        @Override
        public Duration before() {
            return direction == AsOf.Direction.FORWARD ? Duration.ZERO : tolerance;
        }

        @Override
        public Duration after() {
            return direction == AsOf.Direction.BACKWARD ? Duration.ZERO : tolerance;
        }
    }

    /**
     * Aggregates of the right rows in a window around the left row.
     *
     * @param offset from the left row to its start; may be negative
     * @param period its length
     * @param closed which ends belong to it
     * @param aggregates output column to aggregate expression
     */
    record Window(Duration offset, Duration period, Closed closed, SequencedMap<String, String> aggregates)
            implements Around {
        @Override
        public Duration before() {
            return offset.isNegative() ? offset.negated() : Duration.ZERO;
        }

        @Override
        public Duration after() {
            var end = offset.plus(period);
            return end.isNegative() ? Duration.ZERO : end;
        }
    }
}

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
     * @param suffix of right columns whose name the left has
     */
    record Nearest(
            AsOf.Direction direction,
            Duration tolerance,
            boolean exact,
            AsOf.Tie tie,
            NullKeys nullKeys,
            ViewSpec.AsOf.Match match,
            String suffix)
            implements Around {
        /** With {@code _right} behind names that the left has. */
        public Nearest(
                AsOf.Direction direction,
                Duration tolerance,
                boolean exact,
                AsOf.Tie tie,
                NullKeys nullKeys,
                ViewSpec.AsOf.Match match) {
            this(direction, tolerance, exact, tie, nullKeys, match, ViewSpec.AsOf.SUFFIX);
        }

        /** Whether a null key equals another. */
        public enum NullKeys {
            MATCH,
            NO_MATCH
        }

        /** What an as-of join with the last row at or before looks for. */
        public static Nearest of(ViewSpec.AsOf view) {
            return new Nearest(
                    AsOf.Direction.BACKWARD,
                    view.tolerance(),
                    true,
                    AsOf.Tie.LATER,
                    NullKeys.MATCH,
                    view.match(),
                    view.suffix());
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
     * @param prevailing whether the last row at or before the start is in it too
     * @param aggregates output column to aggregate expression
     */
    record Window(
            Duration offset,
            Duration period,
            Closed closed,
            boolean prevailing,
            SequencedMap<String, String> aggregates)
            implements Around {
        /** The rows of the window alone. */
        public Window(Duration offset, Duration period, Closed closed, SequencedMap<String, String> aggregates) {
            this(offset, period, closed, false, aggregates);
        }

        @Override
        public Duration before() {
            if (prevailing) {
                return ViewSpec.AsOf.ANY_DISTANCE;
            }
            return offset.isNegative() ? offset.negated() : Duration.ZERO;
        }

        @Override
        public Duration after() {
            var end = offset.plus(period);
            return end.isNegative() ? Duration.ZERO : end;
        }
    }
}

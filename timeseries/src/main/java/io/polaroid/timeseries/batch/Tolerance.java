package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.time.Span;

/** How far a match may be away. */
public sealed interface Tolerance {
    /** Any distance. */
    record Any() implements Tolerance {}

    /**
     * At most this far, inclusive.
     *
     * @param distance zero or more; without months, which differ in length
     */
    record Within(Span distance) implements Tolerance {
        public Within {
            if (distance.negative() && !distance.isZero() || distance.months() > 0) {
                throw new IllegalArgumentException("tolerance is " + distance
                        + "; expected a length of time that is not negative, without months");
            }
        }
    }

    /**
     * At most this far, inclusive, in units of the left column, whatever they are.
     *
     * @param count zero or more
     */
    record Units(long count) implements Tolerance {
        public Units {
            if (count < 0) {
                throw new IllegalArgumentException(
                        "tolerance is " + count + "; expected a number that is not negative");
            }
        }
    }

    /** Any distance. */
    static Tolerance any() {
        return new Any();
    }

    /** At most this far, inclusive. */
    static Tolerance within(Span distance) {
        return new Within(distance);
    }
}

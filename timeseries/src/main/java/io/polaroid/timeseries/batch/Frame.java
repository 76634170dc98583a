package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;

/** The window of a row. */
public sealed interface Frame {
    /** A window with fewer values than this is null. */
    int minSamples();

    /**
     * A number of rows: that many up to the row itself, or around it.
     *
     * @param windowSize how many rows
     * @param center whether the row is in the middle; of an even number, one row more lies before it than after
     */
    record Rows(int windowSize, int minSamples, boolean center) implements Frame {
        public Rows {
            if (windowSize < 1 || minSamples < 0 || minSamples > windowSize) {
                throw new IllegalArgumentException("windowSize is " + windowSize + ", minSamples " + minSamples
                        + "; 1 <= windowSize and 0 <= minSamples <= windowSize");
            }
        }

        /** Full windows only. */
        public static Rows of(int windowSize) {
            return new Rows(windowSize, windowSize, false);
        }
    }

    /**
     * A length of time up to the row's own. Rows may lie in any order; those of equal time share a window; those without a time are in
     * none and have no result.
     *
     * @param by the time column
     * @param windowSize how long
     * @param closed which ends belong to it
     */
    record By(String by, Span windowSize, Closed closed, int minSamples) implements Frame {
        public By {
            if (minSamples < 0) {
                throw new IllegalArgumentException("minSamples is " + minSamples + "; it is not negative");
            }
        }

        /** The window {@code (t - windowSize, t]} with at least one value. */
        public static By of(String by, Span windowSize) {
            return new By(by, windowSize, Closed.RIGHT, 1);
        }
    }
}

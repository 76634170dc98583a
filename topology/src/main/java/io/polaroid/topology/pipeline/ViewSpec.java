package io.polaroid.topology.pipeline;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A view over one or two streams or views. */
public sealed interface ViewSpec {
    /** View, topic and table name. */
    String name();

    /** Its first input. */
    String from();

    /** Waiting, corrections, retention, emission. */
    Policy policy();

    /** All inputs, the first one first. */
    List<String> inputs();

    /** When results are shown before they are published. */
    enum Emit {
        /** Changed provisional results once per frame. */
        FRAME,
        /** Changed provisional results once per commit. */
        COMMIT,
        /** Published results only. */
        CLOSE
    }

    /** What becomes of a row that is later than grace. */
    enum Late {
        /** Counted and named in {@code <view>.late}, without its payload. */
        DROP,
        /** In {@code <view>.late} with its payload. */
        SIDE,
        /** The default, by the name of what becomes of rows within grace. Beyond it the same as {@link #SIDE}. */
        CORRECT
    }

    /**
     * The knobs that all views have.
     *
     * @param disorder how long results wait for stragglers
     * @param grace how long after closing a correction is accepted
     * @param retention how long results answer queries
     * @param emit when results are shown before they are published
     * @param late what becomes of rows beyond grace
     */
    record Policy(Duration disorder, Duration grace, Duration retention, Emit emit, Late late) {}

    /**
     * What bars say of times without rows.
     *
     * @param fill what the cells of a bucket without rows become that are null when nothing is aggregated; empty for no
     *     bars of such buckets
     * @param columns the same by output column, for its cells whatever they are
     * @param maxGap how long after its last bar with rows a series has bars without
     * @param status whether bars have the column {@code status}
     */
    record Gaps(Optional<Fill> fill, SequencedMap<String, Fill> columns, Duration maxGap, boolean status) {
        /** No bars without rows, and no status. */
        public static final Gaps NONE = new Gaps(Optional.empty(), new LinkedHashMap<>(), Duration.ZERO, false);

        public Gaps {
            columns = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(columns));
        }

        /** Whether there are bars of buckets without rows. */
        public boolean isFilled() {
            return fill.isPresent() || !columns.isEmpty();
        }

        /** Whether bars depend on what control records say. */
        public boolean isUsed() {
            return isFilled() || status;
        }
    }

    /** What a cell of a bucket without rows becomes. */
    sealed interface Fill {
        /** Null. */
        record Nothing() implements Fill {}

        /**
         * The cell of the last bar with rows.
         *
         * @param column of this output, empty for the same
         */
        record Previous(Optional<String> column) implements Fill {}

        /** On the line between the bars with rows before and after; null until there is one after. */
        record Linear() implements Fill {}

        /** Always this. */
        record Constant(double value) implements Fill {}
    }

    /**
     * Aggregates over buckets {@code [start, start + every)}, from 1970 UTC on.
     *
     * @param every bucket length
     * @param aggregates output column to aggregate expression, in order ({@code ohlcv} is expanded by the loader)
     * @param gaps what bars say of times without rows
     */
    record Resample(
            String name, String from, Duration every, SequencedMap<String, String> aggregates, Gaps gaps, Policy policy)
            implements ViewSpec {
        /** Bars of buckets with rows only. */
        public Resample(
                String name, String from, Duration every, SequencedMap<String, String> aggregates, Policy policy) {
            this(name, from, every, aggregates, Gaps.NONE, policy);
        }

        @Override
        public List<String> inputs() {
            return List.of(from);
        }
    }

    /**
     * Aggregates over {@code (t - period, t]} of the series, one result for each row.
     *
     * @param period window length
     * @param aggregates output column to aggregate expression, in order
     */
    record Rolling(String name, String from, Duration period, SequencedMap<String, String> aggregates, Policy policy)
            implements ViewSpec {
        @Override
        public List<String> inputs() {
            return List.of(from);
        }
    }

    /**
     * Each row of {@code from} with the last row of {@code with} of the same series at or before it.
     *
     * @param with the right stream or view
     * @param tolerance greatest distance in time, inclusive; null results beyond
     * @param match what becomes of left rows without a match
     */
    record AsOf(String name, String from, String with, Duration tolerance, Match match, Policy policy)
            implements ViewSpec {
        /** What becomes of left rows without a match. */
        public enum Match {
            LEFT,
            INNER
        }

        @Override
        public List<String> inputs() {
            return List.of(from, with);
        }
    }
}

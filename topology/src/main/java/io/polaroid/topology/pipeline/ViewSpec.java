package io.polaroid.topology.pipeline;

import io.polaroid.timeseries.batch.StartBy;
import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

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

    /** Whether results are published in order of their times, so that each says how far the view is. Sessions close by their ends. */
    default boolean isInOrder() {
        return !(this instanceof Session);
    }

    /** When results are shown before they are published. */
    enum Emit {
        /** Changed provisional results once per frame. */
        FRAME,
        /** Changed provisional results once per commit. */
        COMMIT,
        /** Published results only. */
        CLOSE
    }

    /** What becomes of a row that comes after its window has closed. */
    enum Late {
        /** Corrects within grace; beyond it counted and named in {@code <view>.late}, without its payload. */
        DROP,
        /** In {@code <view>.late} with its payload, and nothing is corrected, whatever grace is: what is published stays. */
        SIDE,
        /** Corrects within grace; beyond it in {@code <view>.late} with its payload. The default. */
        CORRECT
    }

    /** By whose progress rows of closed windows are late. What has closed is always told by the partition's. */
    sealed interface Lateness {
        /** By the progress of their partition: rule 1 of the design. The default. */
        record OfPartition() implements Lateness {}

        /**
         * By the progress of their own series, as long as their partition is not too far ahead of it.
         *
         * @param behind how far after closing a window's rows still correct it, if their series is that far behind: what
         *     retention leaves
         */
        record OfSeries(Duration behind) implements Lateness {}
    }

    /**
     * The knobs that all views have.
     *
     * @param disorder how long results wait for stragglers
     * @param grace how long after closing a correction is accepted
     * @param retention how long results answer queries
     * @param emit when results are shown before they are published
     * @param late what becomes of rows that come after their window has closed
     * @param lateness by whose progress that is
     */
    record Policy(Duration disorder, Duration grace, Duration retention, Emit emit, Late late, Lateness lateness) {
        /** Knobs of a view that goes by the progress of partitions. */
        public Policy(Duration disorder, Duration grace, Duration retention, Emit emit, Late late) {
            this(disorder, grace, retention, emit, late, new Lateness.OfPartition());
        }

        /** These, with another grace. */
        public Policy withGrace(Duration other) {
            return new Policy(disorder, other, retention, emit, late, lateness);
        }

        /** These, with rows late by another progress. */
        public Policy withLateness(Lateness other) {
            return new Policy(disorder, grace, retention, emit, late, other);
        }

        /** How long after closing a correction is accepted at most: by the partition's progress, none if late rows go aside. */
        public Duration corrects() {
            return late == Late.SIDE
                    ? Duration.ZERO
                    : switch (lateness) {
                        case Lateness.OfPartition() -> grace;
                        case Lateness.OfSeries(Duration behind) -> behind;
                    };
        }
    }

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

        /** Whether a cell of a window without rows depends on how many of these came before it. */
        public boolean isLimited() {
            return Stream.concat(fill.stream(), columns.values().stream()).anyMatch(Fill.Limited.class::isInstance);
        }

        /** Whether a cell depends on the next bar with rows. */
        public boolean looksAhead() {
            return Stream.concat(fill.stream(), columns.values().stream()).anyMatch(Fill::looksAhead);
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

        /**
         * In so many windows in a row only; null in those after.
         *
         * @param fill what the cell becomes
         * @param limit how many; positive
         */
        record Limited(Fill fill, int limit) implements Fill {}

        /** Whether it waits for the next bar with rows. */
        default boolean looksAhead() {
            return this instanceof Linear || this instanceof Limited(Fill fill, int limit) && fill.looksAhead();
        }
    }

    /**
     * Aggregates over windows of time.
     *
     * @param windows which windows
     * @param aggregates output column to aggregate expression, in order ({@code ohlcv} is expanded by the loader)
     * @param gaps what bars say of times without rows
     */
    record Resample(
            String name,
            String from,
            Windowing windows,
            SequencedMap<String, String> aggregates,
            Gaps gaps,
            Policy policy)
            implements ViewSpec {
        /** Windows {@code [start, start + every)} from 1970 UTC on. */
        public Resample(
                String name,
                String from,
                Duration every,
                SequencedMap<String, String> aggregates,
                Gaps gaps,
                Policy policy) {
            this(name, from, Windowing.every(every), aggregates, gaps, policy);
        }

        /** The same, with bars of windows with rows only. */
        public Resample(
                String name, String from, Duration every, SequencedMap<String, String> aggregates, Policy policy) {
            this(name, from, every, aggregates, Gaps.NONE, policy);
        }

        /** The length of windows that are plain. */
        public Duration every() {
            return windows.length();
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
        /** The same as the function of rows that it is. */
        public PerRow asFunction() {
            return new PerRow(name, from, RowFunction.TimeWindow.of(this), policy);
        }

        @Override
        public List<String> inputs() {
            return List.of(from);
        }
    }

    /**
     * A function of each row and the rows of its series before it.
     *
     * @param function which
     */
    record PerRow(String name, String from, RowFunction function, Policy policy) implements ViewSpec {
        @Override
        public List<String> inputs() {
            return List.of(from);
        }
    }

    /**
     * Aggregates over rows that follow each other closely.
     *
     * @param gap the longest time between two rows of a session
     * @param aggregates output column to aggregate expression, in order
     * @param longest how long a session is at most whose medians and the like are known, since they need its rows
     */
    record Session(
            String name,
            String from,
            Duration gap,
            SequencedMap<String, String> aggregates,
            Duration longest,
            Policy policy)
            implements ViewSpec {
        /** Sessions of aggregates that do not need the rows. */
        public Session(String name, String from, Duration gap, SequencedMap<String, String> aggregates, Policy policy) {
            this(name, from, gap, aggregates, Duration.ZERO, policy);
        }

        @Override
        public List<String> inputs() {
            return List.of(from);
        }
    }

    /**
     * Each series on the times of a grid.
     *
     * @param inputs whose columns are put on it, the first one first; one if {@code take} is {@link Take#AT}
     * @param every the grid: a window ends with each of its times
     * @param take which row a time takes
     * @param reach how long after its last row a series goes on, which is how far back a time looks at most
     * @param tolerance how far back a row may be that is taken, inclusive; no more than {@code reach}
     * @param fills what the cells of a time without a row become
     */
    record Steps(
            String name,
            List<String> inputs,
            Windowing every,
            Take take,
            Duration reach,
            Duration tolerance,
            Gaps fills,
            Policy policy)
            implements ViewSpec {
        /** Which row of an input a time takes. */
        public enum Take {
            /** The one of this time; of several the last to arrive. */
            AT,
            /** The last one at or before it. */
            LAST
        }

        public Steps {
            inputs = List.copyOf(inputs);
        }

        /** The grid {@code every} apart, moved by an offset. */
        public static Windowing grid(Span every, Span offset, ZoneId zone) {
            return new Windowing(
                    every, every, offset, Closed.RIGHT, Windowing.Edge.RIGHT, StartBy.WINDOW, zone, Optional.empty());
        }

        @Override
        public String from() {
            return inputs.getFirst();
        }
    }

    /**
     * Each row of {@code from} with what the rows of {@code with} around it say.
     *
     * @param with the right stream or view
     * @param lookup what is looked for there
     */
    record Lookup(String name, String from, String with, Around lookup, Policy policy) implements ViewSpec {
        @Override
        public List<String> inputs() {
            return List.of(from, with);
        }
    }

    /**
     * Each row of {@code from} with the last row of {@code with} of the same series at or before it.
     *
     * @param with the right stream or view
     * @param tolerance greatest distance in time, inclusive; null results beyond. {@link AsOf#ANY_DISTANCE}: however far, as long as
     *     the right input keeps the row, which it does with the last row of each series from before its retention
     * @param match what becomes of left rows without a match
     * @param suffix of right columns whose name the left has
     */
    record AsOf(String name, String from, String with, Duration tolerance, Match match, String suffix, Policy policy)
            implements ViewSpec {
        /** The suffix that is meant if none is given. */
        public static final String SUFFIX = "_right";

        /** With {@code _right} behind names that the left has. */
        public AsOf(String name, String from, String with, Duration tolerance, Match match, Policy policy) {
            this(name, from, with, tolerance, match, SUFFIX, policy);
        }

        /** The tolerance that leaves no row out. */
        public static final Duration ANY_DISTANCE = Duration.ofNanos(Long.MAX_VALUE);

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

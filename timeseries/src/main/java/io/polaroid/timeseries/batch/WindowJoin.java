package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.TableAggregates;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Ranges;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Aggregates the right rows of the same key in a window of time around each left row.
 *
 * <p><b>Shape</b> left {@code n×p} → {@code n×(p + aggregates)}: row i of the result is row i of the left. <br><b>Order</b> of both sides
 * does not matter; first and last go by time. <br><b>Nulls</b> a left row without a time or a key, and one without right rows in its
 * window, has the aggregates of nothing: count and sum 0, else null. <br><b>Cost</b> as {@link RollingTime}. <br><b>Source</b> QuestDB
 * {@code WINDOW JOIN} (closed at both ends) and kdb+ {@code wj1}; with {@code prevailing} QuestDB's {@code INCLUDE PREVAILING} and {@code
 * wj}.
 *
 * @param leftOn time column of the left
 * @param rightOn time column of the right, of the same type
 * @param leftBy key columns of the left
 * @param rightBy key columns of the right, in the same order
 * @param period how long a window is
 * @param offset from a left row's time to where its window starts
 * @param closed which ends belong to it
 * @param prevailing whether the last right row at or before the start of the window is in it too
 * @param aggregates output name to aggregate expression over right columns
 */
public record WindowJoin(
        String leftOn,
        String rightOn,
        List<String> leftBy,
        List<String> rightBy,
        Span period,
        Span offset,
        Closed closed,
        boolean prevailing,
        SequencedMap<String, String> aggregates)
        implements ParallelOperator {
    public WindowJoin {
        leftBy = List.copyOf(leftBy);
        rightBy = List.copyOf(rightBy);
        aggregates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(aggregates));
    }

    @Override
    public int inputs() {
        return 2;
    }

    @Override
    public String title() {
        return "window join " + leftOn + " = " + rightOn + ", " + period + " from " + offset + " on, closed " + closed
                + (prevailing ? " with the prevailing row" : "")
                + (leftBy.isEmpty() ? "" : ", by " + leftBy + " = " + rightBy)
                + ": " + aggregates;
    }

    @Override
    public int heapBytesOfRow() {
        return 40 + 20 * aggregates.size();
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        Schema left = inputs.getFirst();
        Schema right = inputs.get(1);
        return Types.check(() -> {
            JoinKeys.check(left, right, leftOn, rightOn, leftBy, rightBy);
            Field time = Types.time(right, rightOn);
            if (!time.getType().equals(Types.time(left, leftOn).getType())) {
                throw Types.invalid(
                        "'" + leftOn + "' is a " + Types.time(left, leftOn).getType() + " on the left and '" + rightOn
                                + "' a " + time.getType() + " on the right; a window join needs one type");
            }
            TimeFrame.check(time, period, offset, "period");
            return Types.added(
                    left, TableAggregates.of(aggregates, right).orThrow().outputs());
        });
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot left = inputs.getFirst();
        VectorSchemaRoot right = inputs.get(1);
        return schema(List.of(left.getSchema(), right.getSchema()))
                .flatMap(schema -> Types.check(() -> {
                    JoinKeys keys = JoinKeys.of(left, right, leftBy, rightBy, NullKeys.NO_KEY, workers);
                    Column rightTime = Column.of(right.getVector(rightOn));
                    Column leftTime = Column.of(left.getVector(leftOn));
                    Groups rows = groups(keys.right(), keys.count(), rightTime, false);
                    Groups around = groups(keys.left(), keys.count(), leftTime, true);
                    var times = new TimeFrame.Rows(rows.arranged(rightTime.longs()), rows.starts());
                    var anchors = new TimeFrame.Rows(around.arranged(leftTime.longs()), around.starts());
                    var windowed = new Rolled.Windowed(rows, around, () -> {
                        TimeFrame frame = TimeFrame.of(times, anchors, rightTime.field(), period, offset, closed);
                        return prevailing
                                ? new Prevailing(frame.keepingStarts(), times.scaled(rightTime.field()), closed)
                                : frame;
                    });
                    try (Made aggregated = Made.with(allocator)) {
                        List<Field> outputs = TableAggregates.of(aggregates, right.getSchema())
                                .orThrow()
                                .outputs();
                        var lifted = Lifted.of(aggregates, right.getSchema());
                        if (lifted.isPresent()) {
                            lifted.get().apply(right, windowed, outputs, aggregated, allocator, workers);
                        } else {
                            TableAggregates.of(aggregates, right.getSchema())
                                    .orThrow()
                                    .apply(right, windowed.ranges(), aggregated, workers, allocator);
                        }
                        try (VectorSchemaRoot results = aggregated.table(left.getRowCount())) {
                            return joined(schema, left, results, places(around), outputs, allocator);
                        }
                    }
                }));
    }

    /**
     * Rows by series and time. Left rows that have no series or time are one group more, without right rows.
     */
    private static Groups groups(int[] codes, int count, Column time, boolean keepsAll) {
        int[] kept = codes.clone();
        int other = keepsAll ? count : -1;
        for (int row = 0; row < kept.length; row++) {
            kept[row] = kept[row] < 0 || time.isNull(row) ? other : kept[row];
        }
        return Groups.of(kept, count + 1).sortedBy(time.longs());
    }

    /** Where each left row lies among the arranged ones. */
    private static int[] places(Groups around) {
        int[] places = new int[around.rowCount()];
        for (int at = 0; at < places.length; at++) {
            places[around.rows()[at]] = at;
        }
        return places;
    }

    private static VectorSchemaRoot joined(
            Schema schema,
            VectorSchemaRoot left,
            VectorSchemaRoot results,
            int[] places,
            List<Field> outputs,
            BufferAllocator allocator) {
        var names = new ArrayList<String>();
        var computed = new ArrayList<Computed>();
        for (Field output : outputs) {
            names.add(output.getName());
            computed.add(Computed.rows(results.getVector(output.getName()), places));
        }
        return Computed.added(left, schema, names, computed, allocator);
    }

    /** Windows with the last row at or before their start. */
    private record Prevailing(TimeFrame frame, TimeFrame.Rows rows, Closed closed) implements Rolled.Framed {
        @Override
        public Ranges windows(Ranges reused, int group) {
            Ranges ranges = frame.windows(reused, group);
            int first = rows.starts()[group];
            int end = rows.starts()[group + 1];
            for (int i = 0; i < ranges.count(); i++) {
                // Where the start belongs to the window, a row there is the prevailing one itself.
                int from = lowerBound(first, end, frame.start(i));
                boolean held = withStart() && from < end && rows.times()[from] == frame.start(i);
                if (!held && from > first) {
                    ranges.from()[i] = from - 1;
                    ranges.to()[i] = Math.max(ranges.to()[i], from);
                }
            }
            return ranges;
        }

        private boolean withStart() {
            return closed == Closed.LEFT || closed == Closed.BOTH;
        }

        private int lowerBound(int first, int end, long time) {
            int low = first;
            int high = end;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (rows.times()[middle] < time) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}

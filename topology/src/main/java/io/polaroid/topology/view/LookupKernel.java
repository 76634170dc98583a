package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** What a left row finds among the right rows of its series. Stream and proof call the same one. */
interface LookupKernel {
    /** The columns that it adds. */
    List<Field> outputs();

    /**
     * The cells of a left row; empty if the left row has no result then.
     *
     * @param left its cells
     * @param timeNanos its time
     */
    Optional<@Nullable Object[]> evaluate(Row left, History rights, long timeNanos);

    /**
     * Whether a result with these cells is one.
     *
     * @param first position of the first cell that it adds
     */
    default boolean isResult(Row cells, int first) {
        return true;
    }

    /** The kernel of a lookup, or why there is none. */
    static Result<LookupKernel> of(Around around, StreamColumns left, StreamColumns right) {
        return switch (around) {
            case Around.Nearest nearest -> Result.ok(OfRow.of(nearest, left, right));
            case Around.Window window ->
                AggregatePlan.of(window.aggregates(), right.schema())
                        .map(plan -> new OfWindow(window, plan, new ArraySlots(plan.doubleSlots(), plan.longSlots())));
        };
    }

    /** One right row. */
    record OfRow(
            Around.Nearest lookup, AsOf join, List<Integer> keys, List<Integer> columns, int time, List<Field> outputs)
            implements LookupKernel {
        static OfRow of(Around.Nearest nearest, StreamColumns left, StreamColumns right) {
            var join = new AsOf(nearest.direction(), nearest.tolerance().toNanos(), nearest.exact(), nearest.tie());
            var columns = ViewSchema.rightColumns(right);
            var taken = left.joined().stream()
                    .map(column -> left.schema().getFields().get(column).getName())
                    .toList();
            var outputs = columns.stream()
                    .map(column -> right.schema().getFields().get(column))
                    .map(field -> new Field(
                            taken.contains(field.getName()) ? field.getName() + nearest.suffix() : field.getName(),
                            FieldType.nullable(field.getType()),
                            field.getChildren()))
                    .toList();
            return new OfRow(nearest, join, left.key(), columns, columns.indexOf(right.time()), outputs);
        }

        @Override
        public boolean isResult(Row cells, int first) {
            return lookup.match() == ViewSpec.AsOf.Match.LEFT || !cells.isNull(first + time);
        }

        @Override
        public Optional<@Nullable Object[]> evaluate(Row left, History rights, long timeNanos) {
            boolean mayMatch = lookup.nullKeys() == Around.Nearest.NullKeys.MATCH
                    || keys.stream().noneMatch(left::isNull);
            int match = mayMatch ? join.match(rights.rows(), timeNanos, rights.accepted()) : AsOf.NONE;
            if (match == AsOf.NONE && lookup.match() == ViewSpec.AsOf.Match.INNER) {
                return Optional.empty();
            }
            @Nullable Object[] cells = new Object[columns.size()];
            if (match != AsOf.NONE) {
                Row row = rights.rows().row(match);
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = row.valueAt(columns.get(i));
                }
            }
            return Optional.of(cells);
        }
    }

    /** Aggregates of right rows. */
    record OfWindow(Around.Window window, AggregatePlan plan, ArraySlots scratch) implements LookupKernel {
        @Override
        public List<Field> outputs() {
            return plan.outputs();
        }

        @Override
        public Optional<@Nullable Object[]> evaluate(Row left, History rights, long timeNanos) {
            long start = timeNanos + window.offset().toNanos();
            long end = start + window.period().toNanos();
            SeriesRows rows = rights.rows();
            int from = switch (window.closed()) {
                case LEFT, BOTH -> rows.lowerBound(start);
                case RIGHT, NONE -> rows.upperBound(start);
            };
            int to = switch (window.closed()) {
                case RIGHT, BOTH -> rows.upperBound(end);
                case LEFT, NONE -> rows.lowerBound(end);
            };
            plan.reset(scratch);
            int prevailing = window.prevailing() ? prevailing(rights, start) : History.NONE;
            if (prevailing != History.NONE) {
                plan.update(scratch, rows.row(prevailing), rows.timeNanos(prevailing), rows.offset(prevailing));
            }
            for (int i = from; i < to; i++) {
                if (rights.accepted().test(i)) {
                    plan.update(scratch, rows.row(i), rows.timeNanos(i), rows.offset(i));
                }
            }
            return Optional.of(plan.finish(scratch));
        }

        /** The last row before the start, unless one lies at it, which is in the window anyway. */
        private static int prevailing(History rights, long start) {
            SeriesRows rows = rights.rows();
            int from = rows.lowerBound(start);
            for (int i = from; i < rows.size() && rows.timeNanos(i) == start; i++) {
                if (rights.accepted().test(i)) {
                    return History.NONE;
                }
            }
            return rights.before(from, start, AsOf.ANY_DISTANCE);
        }
    }
}

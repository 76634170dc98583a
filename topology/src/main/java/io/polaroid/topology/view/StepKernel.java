package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** What a series says at a time of a grid, from its rows in each input. Stream and proof call the same one. */
final class StepKernel {
    private static final int NONE = History.NONE;

    private final ViewSpec.Steps view;
    private final List<StreamColumns> inputs;
    private final Grid grid;
    private final boolean takesLast;
    private final long reach;
    private final long tolerance;
    private final List<Source> sources = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();
    private final List<Optional<Fill>> fills = new ArrayList<>();

    /** Where a cell comes from: a column of an input, or the place of a key column, or the time of the grid. */
    private record Source(int input, int column, int key, boolean isTime) {}

    private StepKernel(ViewSpec.Steps view, List<StreamColumns> inputs, Grid grid) {
        this.view = view;
        this.inputs = inputs;
        this.grid = grid;
        this.takesLast = view.take() == ViewSpec.Steps.Take.LAST;
        this.reach = view.reach().toNanos();
        this.tolerance = view.tolerance().toNanos();
        for (int input = 0; input < inputs.size(); input++) {
            var from = inputs.get(input);
            for (int column : from.joined()) {
                add(input, column, from);
            }
        }
    }

    /** The kernel of a view, or why there is none. */
    static Result<StepKernel> of(ViewSpec.Steps view, List<StreamColumns> inputs) {
        var first = inputs.getFirst();
        for (StreamColumns other : inputs) {
            var keys = other.keyFields().stream().map(Field::getType).toList();
            if (other.unit() != first.unit()
                    || !keys.equals(
                            first.keyFields().stream().map(Field::getType).toList())) {
                return Result.err(
                        ProblemCode.INVALID_PLAN,
                        "view " + view.name()
                                + ": inputs of one grid have keys of the same types and times of one unit");
            }
        }
        return view.every()
                .grid(TimeUnits.nanosPer(first.unit()))
                .map(grid -> new StepKernel(view, inputs, grid))
                .flatMap(StepKernel::checked);
    }

    private Result<StepKernel> checked() {
        for (int i = 0; i < fields.size(); i++) {
            var type = fields.get(i).getType();
            boolean isNumber = type instanceof ArrowType.Int || type instanceof ArrowType.FloatingPoint;
            if (fills.get(i).isPresent() && needsNumber(fills.get(i).get()) && !isNumber) {
                return Result.err(
                        ProblemCode.INVALID_PLAN,
                        "column " + fields.get(i).getName() + " is no number; fill it with previous or null");
            }
        }
        return Result.ok(this);
    }

    private static boolean needsNumber(Fill fill) {
        return switch (fill) {
            case Fill.Linear linear -> true;
            case Fill.Constant constant -> true;
            case Fill.Limited limited -> needsNumber(limited.fill());
            case Fill.Nothing nothing -> false;
            case Fill.Previous previous -> false;
        };
    }

    private void add(int input, int column, StreamColumns from) {
        var field = from.schema().getFields().get(column);
        boolean isTime = column == from.time();
        int key = from.key().indexOf(column);
        if (input > 0 && (isTime || key >= 0)) {
            return;
        }
        sources.add(new Source(input, column, key, isTime));
        boolean isTaken = fields.stream().anyMatch(one -> one.getName().equals(field.getName()));
        String name = isTaken ? field.getName() + "_" + view.inputs().get(input) : field.getName();
        fields.add(
                isTime || key >= 0
                        ? field
                        : new Field(
                                name,
                                new FieldType(true, field.getType(), field.getDictionary()),
                                field.getChildren()));
        fills.add(
                isTime || key >= 0
                        ? Optional.empty()
                        : Optional.ofNullable(view.fills().columns().get(name)).or(view.fills()::fill));
    }

    /** The columns of a result, but for {@code revision} and those after it. */
    List<Field> fields() {
        return fields;
    }

    Grid grid() {
        return grid;
    }

    /** How long after a row it may still be looked at. */
    long reach() {
        return reach;
    }

    boolean looksAhead() {
        return view.fills().looksAhead();
    }

    /** The first time of the grid at or after a row; {@link Grid#NONE_AFTER} if the row is at no time that looks at it. */
    long step(long timeNanos) {
        long step = grid.firstEndingAfter(timeNanos);
        return takesLast || step == timeNanos ? step : Grid.NONE_AFTER;
    }

    /**
     * The cells of a series at a time of the grid; empty if it has no row within reach.
     *
     * @param of its rows by input
     * @param isClosed whether a time of the grid has closed: rows that are ahead count only then
     */
    Optional<@Nullable Object[]> evaluate(List<History> of, long step, LongPredicate isClosed) {
        return takesLast ? last(of, step) : at(of.getFirst(), step, isClosed);
    }

    private Optional<@Nullable Object[]> last(List<History> of, long step) {
        int[] found = new int[of.size()];
        int any = NONE;
        for (int i = 0; i < found.length; i++) {
            SeriesRows rows = of.get(i).rows();
            found[i] = of.get(i).before(rows.upperBound(step), step, reach);
            any = any == NONE && found[i] != NONE ? i : any;
        }
        if (any == NONE) {
            return Optional.empty();
        }
        @Nullable Object[] cells = new Object[sources.size()];
        for (int i = 0; i < cells.length; i++) {
            var source = sources.get(i);
            int from = source.key() >= 0 ? any : source.input();
            int column = source.key() >= 0 ? inputs.get(any).key().get(source.key()) : source.column();
            SeriesRows rows = of.get(from).rows();
            int row = found[from];
            boolean isNear = row != NONE && (source.key() >= 0 || step - rows.timeNanos(row) <= tolerance);
            cells[i] = source.isTime() ? time(step) : isNear ? rows.row(row).valueAt(column) : null;
        }
        return Optional.of(cells);
    }

    private Object time(long step) {
        return TimeUnits.fromNanos(step, inputs.getFirst().unit());
    }

    private Optional<@Nullable Object[]> at(History of, long step, LongPredicate isClosed) {
        SeriesRows rows = of.rows();
        int before = onGrid(of, rows.upperBound(step), step);
        if (before == NONE) {
            return Optional.empty();
        }
        boolean isHere = rows.timeNanos(before) == step;
        int next = isHere || !looksAhead() ? NONE : ahead(of, before, isClosed);
        @Nullable Object[] cells = new Object[sources.size()];
        for (int i = 0; i < cells.length; i++) {
            var source = sources.get(i);
            cells[i] = source.isTime()
                    ? time(step)
                    : isHere || source.key() >= 0
                            ? rows.row(before).valueAt(source.column())
                            : filled(i, rows, step, before, next);
        }
        return Optional.of(cells);
    }

    /** The last row on the grid below an index that is within reach. */
    private int onGrid(History of, int below, long step) {
        int at = of.before(below, step, reach);
        while (at != NONE && step(of.rows().timeNanos(at)) == Grid.NONE_AFTER) {
            at = of.before(at, step, reach);
        }
        return at;
    }

    /** The next row on the grid that is within reach of the one before, and has closed. */
    private int ahead(History of, int before, LongPredicate isClosed) {
        SeriesRows rows = of.rows();
        long from = rows.timeNanos(before);
        int found = NONE;
        for (int i = before + 1; i < rows.size() && rows.timeNanos(i) - from <= reach; i++) {
            long time = rows.timeNanos(i);
            if (found != NONE && time > rows.timeNanos(found)) {
                break;
            }
            if (time > from && of.accepted().test(i) && step(time) == time && isClosed.test(time)) {
                found = i;
            }
        }
        return found;
    }

    private @Nullable Object filled(int cell, SeriesRows rows, long step, int before, int next) {
        return fills.get(cell)
                .map(fill -> filled(fill, cell, rows, step, before, next))
                .orElse(null);
    }

    private @Nullable Object filled(Fill fill, int cell, SeriesRows rows, long step, int before, int next) {
        int column = sources.get(cell).column();
        return switch (fill) {
            case Fill.Nothing nothing -> null;
            case Fill.Constant constant -> number(cell, constant.value());
            case Fill.Previous previous -> rows.row(before).valueAt(column);
            case Fill.Limited(Fill limited, int limit) ->
                nth(step, rows.timeNanos(before), limit) > limit
                        ? null
                        : filled(limited, cell, rows, step, before, next);
            case Fill.Linear linear -> {
                if (next == NONE
                        || !(rows.row(before).valueAt(column) instanceof Number from)
                        || !(rows.row(next).valueAt(column) instanceof Number to)) {
                    yield null;
                }
                double part =
                        (double) (step - rows.timeNanos(before)) / (rows.timeNanos(next) - rows.timeNanos(before));
                yield number(cell, from.doubleValue() + (to.doubleValue() - from.doubleValue()) * part);
            }
        };
    }

    /** How many times after a row this one is; no more than one above the limit. */
    private long nth(long step, long row, int limit) {
        long nth = 1;
        for (long at = grid.previous(step); at > row && nth <= limit; at = grid.previous(at)) {
            nth++;
        }
        return nth;
    }

    private Object number(int cell, double value) {
        return fields.get(cell).getType() instanceof ArrowType.Int ? (Object) Math.round(value) : (Object) value;
    }
}

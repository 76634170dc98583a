package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.statistics.RollingJohansen;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.RowFunction.Shift.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Functions of rows, made for the columns of an input. */
final class RowKernels {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    private RowKernels() {}

    /** The kernel of a function, or why there is none. */
    static Result<RowKernel> of(RowFunction function, StreamColumns input) {
        return switch (function) {
            case RowFunction.TimeWindow window ->
                AggregatePlan.of(window.aggregates(), input.schema(), window.minSamples())
                        .map(plan -> WindowKernel.OfTime.of(window, plan));
            case RowFunction.RowWindow window ->
                AggregatePlan.of(window.aggregates(), input.schema(), window.minSamples())
                        .map(plan -> WindowKernel.OfRows.of(window, plan));
            case RowFunction.Select select -> SelectKernel.of(select, input);
            case RowFunction.Shift shift ->
                columns(input, shift.columns().values(), shift.kind() != Kind.LAG)
                        .map(columns -> new ShiftKernel.Lagged(shift, shifted(input, shift, columns), columns));
            case RowFunction.FillForward fill ->
                columns(input, fill.columns().values(), false)
                        .map(columns -> new ShiftKernel.Filled(fill, like(input, fill.columns(), columns), columns));
            case RowFunction.Ewm ewm ->
                columns(
                                input,
                                ewm.columns().values().stream()
                                        .map(RowFunction.Ewm.Of::column)
                                        .toList(),
                                true)
                        .map(columns -> ewm(ewm, input, columns));
            case RowFunction.Adf adf ->
                columns(input, List.of(adf.column()), true)
                        .flatMap(columns -> adf.test()
                                .greatest(adf.rows())
                                .map(lags -> new AdfKernel(
                                        adf,
                                        List.of(
                                                number(adf.column() + "_adf_statistic"),
                                                number(adf.column() + "_adf_p_value")),
                                        columns[0])));
            case RowFunction.Johansen johansen ->
                columns(input, johansen.columns(), true)
                        .flatMap(columns -> RollingJohansen.problem(johansen.test(), columns.length, johansen.rows())
                                .<Result<RowKernel>>map(Result::err)
                                .orElseGet(() -> Result.ok(new JohansenKernel(
                                        johansen,
                                        RollingJohansen.names(columns.length).stream()
                                                .map(RowKernels::number)
                                                .toList(),
                                        columns))));
        };
    }

    private static RowKernel ewm(RowFunction.Ewm ewm, StreamColumns input, int[] columns) {
        var outputs =
                ewm.columns().sequencedKeySet().stream().map(RowKernels::number).toList();
        return ewm.halfLife().isPresent()
                ? new EwmKernel.OfTime(ewm, outputs, columns, TimeUnits.nanosPer(input.unit()))
                : EwmKernel.OfRows.of(ewm, outputs, columns);
    }

    private static Field number(String name) {
        return new Field(name, FieldType.nullable(FLOAT), null);
    }

    private static List<Field> shifted(StreamColumns input, RowFunction.Shift shift, int[] columns) {
        return shift.kind() == Kind.PCT_CHANGE
                ? shift.columns().sequencedKeySet().stream()
                        .map(RowKernels::number)
                        .toList()
                : like(input, shift.columns(), columns);
    }

    /** Fields of the types of columns. */
    private static List<Field> like(StreamColumns input, SequencedMap<String, String> names, int[] columns) {
        var fields = new ArrayList<Field>();
        for (String name : names.sequencedKeySet()) {
            var of = input.schema().getFields().get(columns[fields.size()]);
            fields.add(new Field(name, FieldType.nullable(of.getType()), of.getChildren()));
        }
        return fields;
    }

    private static Result<int[]> columns(StreamColumns input, Collection<String> names, boolean numbers) {
        int[] columns = new int[names.size()];
        int i = 0;
        for (String name : names) {
            var field = input.schema().getFields().stream()
                    .filter(one -> one.getName().equals(name))
                    .findFirst();
            if (field.isEmpty()) {
                return Result.err(
                        ProblemCode.UNKNOWN_COLUMN,
                        "there is no column " + name + "; there are "
                                + input.schema().getFields().stream()
                                        .map(Field::getName)
                                        .toList());
            }
            if (numbers && !ShiftKernel.isNumber(field.get().getType())) {
                return Result.err(ProblemCode.INVALID_PLAN, "column " + name + " is no number");
            }
            columns[i++] = input.schema().getFields().indexOf(field.get());
        }
        return Result.ok(columns);
    }
}

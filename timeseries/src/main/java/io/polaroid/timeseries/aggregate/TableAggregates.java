package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Several named aggregate expressions over many windows of a table at once, column by column.
 *
 * <p><b>Shape</b> one row per window. <b>Order</b> first and last go by the order of rows in the window. <b>Nulls</b> and sums as in
 * {@link AggregatePlan}, to the last bit; also {@code first_value}, {@code last_value}, {@code median}, {@code quantile} and {@code
 * n_unique}, which need the rows. <b>Types</b> first, last, min and max of a column keep its type, whatever it is; sums of whole numbers
 * and counts are Int64, all else is Float64. <b>Cost</b> O(rows in all windows), and their sorting for quantiles and {@code n_unique}.
 */
public final class TableAggregates {
    private record Output(Field field, int call, Expr over) {
        boolean isCall() {
            return call >= 0;
        }
    }

    private final List<TableCall> calls;
    private final List<Output> outputs;
    private final Map<String, BoundExpr> bound;

    private TableAggregates(List<TableCall> calls, List<Output> outputs, Map<String, BoundExpr> bound) {
        this.calls = List.copyOf(calls);
        this.outputs = List.copyOf(outputs);
        this.bound = Map.copyOf(bound);
    }

    /**
     * Parses and types aggregate expressions such as {@code sum(price*size)/sum(size)}.
     *
     * @param outputs output name to expression, in output order; may be empty
     * @param input columns of the table
     * @return the aggregates, or {@code INVALID_EXPRESSION} / {@code UNKNOWN_COLUMN}
     */
    public static Result<TableAggregates> of(SequencedMap<String, String> outputs, Schema input) {
        var lifter = new Lifter(input);
        var outer = new LinkedHashMap<String, Expr>();
        for (Map.Entry<String, String> output : outputs.entrySet()) {
            try {
                outer.put(
                        output.getKey(),
                        lifter.lifted(Expr.parse(output.getValue()).orThrow()));
            } catch (PolaroidException problem) {
                return Result.err(problem.problem().with("output", output.getKey()));
            }
        }
        Schema inner = new Schema(lifter.calls().stream().map(TableCall::field).toList());
        var bound = new HashMap<String, BoundExpr>();
        var made = new ArrayList<Output>();
        for (Map.Entry<String, Expr> output : outer.entrySet()) {
            String name = output.getKey();
            int call = lifter.index(output.getValue());
            switch (Expr.bind(output.getValue(), inner)) {
                case Result.Err<BoundExpr> err -> {
                    return Result.err(err.problem().with("output", name));
                }
                case Result.Ok<BoundExpr> ok -> {
                    bound.put(name, ok.value());
                    Field field = call >= 0
                            ? lifter.calls().get(call).field(name)
                            : Field.nullable(name, ok.value().type());
                    made.add(new Output(field, call, output.getValue()));
                }
            }
        }
        return Result.ok(new TableAggregates(lifter.calls(), made, bound));
    }

    /** The output fields, in order. */
    public List<Field> outputs() {
        return outputs.stream().map(Output::field).toList();
    }

    /**
     * Computes them.
     *
     * @param table only read
     * @param windows which rows are in which window
     * @param made takes the columns, one per output
     * @param workers what runs the parts
     * @param allocator for what is needed on the way
     */
    public void apply(
            VectorSchemaRoot table, RowWindows windows, Made made, Workers workers, BufferAllocator allocator) {
        Cells[] cells = TableCall.compute(calls, table, windows, workers);
        try (VectorSchemaRoot inner = inner(cells, windows.count(), allocator)) {
            for (Output output : outputs) {
                if (output.isCall()) {
                    cells[output.call()].into(made, output.field());
                } else {
                    BoundExpr expr = java.util.Objects.requireNonNull(
                            bound.get(output.field().getName()));
                    Evaluated.of(expr, inner, allocator).into(made, output.field());
                }
            }
        }
    }

    /** The calls as a table, over which the rest of the expressions run; without columns if there is no rest. */
    private VectorSchemaRoot inner(Cells[] cells, int rows, BufferAllocator allocator) {
        try (Made made = Made.with(allocator)) {
            if (outputs.stream().allMatch(Output::isCall)) {
                return made.table(rows);
            }
            for (int i = 0; i < cells.length; i++) {
                cells[i].into(made, calls.get(i).field());
            }
            return made.table(rows);
        }
    }
}

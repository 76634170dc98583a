package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.Function;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One aggregate call over a table.
 *
 * @param argument what it is over
 * @param family which kernel computes it; calls of one argument and family share one
 * @param wanted which of the kernel's results
 * @param name its text
 */
record TableCall(Argument argument, Family family, Kernel.Calls wanted, String name) {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType WHOLE = new ArrowType.Int(64, true);

    enum Family {
        ROWS,
        COUNT,
        WHOLE_SUM,
        SUMS,
        LEAST,
        GREATEST,
        FIRST,
        LAST,
        FIRST_ROW,
        LAST_ROW,
        SORTED,
        DISTINCT
    }

    private record Key(Expr argument, Family family) {}

    private record Job(TableCall call, Kernel kernel, Loader loader) {
        void run(RowWindows windows) {
            var values = new Values();
            windows.forEach(block -> {
                values.read(block, loader);
                kernel.take(values);
            });
            kernel.seal();
        }
    }

    static Family family(Function function, Argument argument) {
        return switch (function) {
            case COUNT -> Family.COUNT;
            case SUM -> argument.isFloat() ? Family.SUMS : Family.WHOLE_SUM;
            case MEAN, STD, VAR -> Family.SUMS;
            case MIN -> Family.LEAST;
            case MAX -> Family.GREATEST;
            case FIRST -> Family.FIRST;
            case LAST -> Family.LAST;
            case FIRST_VALUE -> Family.FIRST_ROW;
            case LAST_VALUE -> Family.LAST_ROW;
            case MEDIAN, QUANTILE -> Family.SORTED;
            case N_UNIQUE -> Family.DISTINCT;
            case VWAP, ABS, ROUND, SQRT, LN, EXP, COALESCE, LEAST, GREATEST ->
                throw new IllegalArgumentException(function + " is no aggregate with a kernel of its own");
        };
    }

    Field field() {
        return field(name);
    }

    Field field(String as) {
        return switch (family) {
            case ROWS, COUNT, WHOLE_SUM, DISTINCT -> Field.nullable(as, WHOLE);
            case SUMS, SORTED -> Field.nullable(as, FLOAT);
            case LEAST, GREATEST, FIRST, LAST, FIRST_ROW, LAST_ROW -> argument.field(as);
        };
    }

    /** The results of calls, one row per window in the order of the result. */
    static Cells[] compute(List<TableCall> calls, VectorSchemaRoot table, RowWindows windows, Workers workers) {
        Map<Key, Job> jobs = new LinkedHashMap<>();
        for (TableCall call : calls) {
            boolean squares = calls.stream()
                    .anyMatch(other -> other.key().equals(call.key())
                            && (other.wanted().function() == Function.VAR
                                    || other.wanted().function() == Function.STD));
            jobs.computeIfAbsent(call.key(), missing -> call.job(table, windows.count(), squares));
        }
        var all = new ArrayList<>(jobs.values());
        workers.run(all.size(), i -> all.get(i).run(windows));
        Cells[] cells = new Cells[calls.size()];
        workers.run(cells.length, i -> {
            TableCall call = calls.get(i);
            cells[i] = java.util.Objects.requireNonNull(jobs.get(call.key()))
                    .kernel()
                    .cells(call.wanted(), windows.emit());
        });
        return cells;
    }

    private Key key() {
        return new Key(argument.expr(), family);
    }

    private Job job(VectorSchemaRoot table, int windows, boolean squares) {
        Loader loader = switch (family) {
            case ROWS, FIRST_ROW, LAST_ROW -> new Loader.Rows();
            case COUNT, FIRST, LAST -> argument.presence(table);
            case WHOLE_SUM, SUMS, LEAST, GREATEST, SORTED -> argument.loader(table);
            case DISTINCT -> argument.codes(table);
        };
        return new Job(this, kernel(table, windows, squares), loader);
    }

    private Kernel kernel(VectorSchemaRoot table, int windows, boolean squares) {
        Kernel.Picked picked = rows -> argument.picked(table, rows);
        return switch (family) {
            case ROWS, COUNT -> new Kernel.Counts(windows);
            case WHOLE_SUM -> new Kernel.WholeSums(windows);
            case SUMS -> new Sums(windows, squares);
            case LEAST -> extremes(table, windows, false, picked);
            case GREATEST -> extremes(table, windows, true, picked);
            case FIRST, FIRST_ROW -> new Kernel.Edges(false, windows, picked);
            case LAST, LAST_ROW -> new Kernel.Edges(true, windows, picked);
            case SORTED -> new Gathered.OfDoubles(windows);
            case DISTINCT -> new Gathered.OfLongs(windows);
        };
    }

    private Kernel extremes(VectorSchemaRoot table, int windows, boolean greatest, Kernel.Picked picked) {
        boolean ofColumn = argument.isColumn();
        ArrowType type = ofColumn
                ? table.getVector(argument.column()).getField().getType()
                : argument.bound().type();
        return switch (type) {
            case ArrowType.Int whole ->
                new Extremes.OfLongs(
                        windows, greatest, !whole.getIsSigned() && whole.getBitWidth() == 64, ofColumn, picked);
            case ArrowType.FloatingPoint number -> new Extremes.OfDoubles(windows, greatest, ofColumn, picked);
            case ArrowType.Decimal number ->
                new Extremes.OfObjects(windows, greatest, table.getVector(argument.column()), picked);
            default ->
                argument.isWhole()
                        ? new Extremes.OfLongs(windows, greatest, false, ofColumn, picked)
                        : new Extremes.OfObjects(windows, greatest, table.getVector(argument.column()), picked);
        };
    }
}

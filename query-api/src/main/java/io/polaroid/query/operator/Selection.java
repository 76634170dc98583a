package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Selected;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.Result;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of a table for which a condition is true. Conditions run over pieces of columns in arrays; what has no such form runs row by
 * row.
 */
final class Selection {
    /** Rows of a piece: its arrays stay in the processor's nearest memory. */
    static final int PIECE = Selected.PIECE;

    private Selection() {}

    /** The rows for which a condition is true; or {@code INVALID_EXPRESSION}, {@code UNKNOWN_COLUMN}. */
    static Result<Selected> rows(Expr condition, VectorSchemaRoot table, Workers workers) {
        return Expr.bind(condition, table.getSchema()).map(bound -> {
            var compiler = new TruthCompiler(table);
            return Selected.of(table.getRowCount(), () -> compiler.compile(condition)::choose, workers);
        });
    }
}

package io.polaroid.query.operator;

import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.Result;
import java.util.Arrays;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of a table for which a condition is true. Conditions run over pieces of columns in arrays; what has no such form runs row by
 * row.
 */
final class Selection {
    /** Rows of a piece: its arrays stay in the processor's nearest memory. */
    static final int PIECE = 2_048;

    private final Truth condition;
    private final int size;

    private Selection(Truth condition, int size) {
        this.condition = condition;
        this.size = size;
    }

    /** A condition over a table, or {@code INVALID_EXPRESSION}, {@code UNKNOWN_COLUMN}. */
    static Result<Selection> of(Expr condition, VectorSchemaRoot table) {
        return Expr.bind(condition, table.getSchema())
                .map(bound -> new Selection(new TruthCompiler(table).compile(condition), table.getRowCount()));
    }

    /** The rows for which it is true, ascending. */
    int[] rows() {
        byte[] answers = new byte[PIECE];
        // one place more than rows: the last row that is not kept is written too
        int[] rows = new int[Math.min(size, PIECE) + 1];
        int found = 0;
        for (int from = 0; from < size; from += PIECE) {
            int count = Math.min(PIECE, size - from);
            condition.test(from, count, answers);
            if (rows.length <= found + count) {
                rows = Arrays.copyOf(rows, (int) Math.min(size + 1L, Math.max(rows.length * 2L, found + count + 1L)));
            }
            for (int i = 0; i < count; i++) {
                // without a branch: which rows are kept cannot be predicted
                rows[found] = from + i;
                found += answers[i] & Truth.TRUE;
            }
        }
        return Arrays.copyOf(rows, found);
    }
}

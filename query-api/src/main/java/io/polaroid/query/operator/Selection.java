package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Workers;
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

    private static final int ROWS_OF_A_PART = 1 << 18;

    private Selection() {}

    /** The rows for which a condition is true, ascending; or {@code INVALID_EXPRESSION}, {@code UNKNOWN_COLUMN}. */
    static Result<int[]> rows(Expr condition, VectorSchemaRoot table, Workers workers) {
        return Expr.bind(condition, table.getSchema()).map(bound -> {
            int size = table.getRowCount();
            int parts = Math.max(1, Math.ceilDiv(size, ROWS_OF_A_PART));
            int[][] found = new int[parts][];
            workers.run(parts, part -> {
                int from = part * ROWS_OF_A_PART;
                var truth = new TruthCompiler(table).compile(condition);
                found[part] = rows(truth, from, Math.min(size, from + ROWS_OF_A_PART));
            });
            return joined(found);
        });
    }

    private static int[] joined(int[][] parts) {
        if (parts.length == 1) {
            return parts[0];
        }
        int[] all = new int[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (int[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static int[] rows(Truth condition, int first, int end) {
        byte[] answers = new byte[PIECE];
        // one place more than rows: the last row that is not kept is written too
        int[] rows = new int[end - first + 1];
        int found = 0;
        for (int from = first; from < end; from += PIECE) {
            int count = Math.min(PIECE, end - from);
            condition.test(from, count, answers);
            for (int i = 0; i < count; i++) {
                // without a branch: which rows are kept cannot be predicted
                rows[found] = from + i;
                found += answers[i] & Truth.TRUE;
            }
        }
        return Arrays.copyOf(rows, found);
    }
}

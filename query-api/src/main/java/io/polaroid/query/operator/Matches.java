package io.polaroid.query.operator;

import io.polaroid.query.operator.JoinRows.How;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Which rows of two tables stand beside each other; {@link Gather#NULL} where a side has none.
 *
 * @param left rows of the left table
 * @param right rows of the right table, as many
 */
record Matches(int[] left, int[] right) {
    private static final int MOST_ROWS = 200_000_000;

    /** The rows of a join, or {@code BUDGET_EXCEEDED} if there are too many. */
    static Result<Matches> of(JoinRows join, VectorSchemaRoot left, VectorSchemaRoot right) {
        if (join.how() == How.RIGHT) {
            return matched(join, How.LEFT, right, join.rightOn(), left, join.leftOn())
                    .map(turned -> new Matches(turned.right(), turned.left()));
        }
        return matched(join, join.how(), left, join.leftOn(), right, join.rightOn());
    }

    private static Result<Matches> matched(
            JoinRows join,
            How how,
            VectorSchemaRoot left,
            List<String> leftOn,
            VectorSchemaRoot right,
            List<String> rightOn) {
        var keys = Keys.of(leftOn.size(), join.nullsEqual() ? NullKeys.EQUAL : NullKeys.NO_KEY);
        int[] rightCodes = keys.add(columns(right, rightOn), right.getRowCount());
        int[] leftCodes = keys.find(columns(left, leftOn), left.getRowCount());
        var groups = Groups.of(rightCodes, keys.count());
        boolean[] used = new boolean[how == How.FULL ? right.getRowCount() : 0];
        long rows = count(how, leftCodes, groups) + (how == How.FULL ? right.getRowCount() : 0);
        if (rows > MOST_ROWS) {
            return Result.err(Problem.of(
                            ProblemCode.BUDGET_EXCEEDED,
                            "the join would have " + rows + " rows and may have " + MOST_ROWS)
                    .with("limit", "rows"));
        }
        var found = new Matches(new int[(int) rows], new int[(int) rows]);
        int at = 0;
        for (int row = 0; row < leftCodes.length; row++) {
            at = found.add(how, row, leftCodes[row], groups, used, at);
        }
        for (int row = 0; row < used.length; row++) {
            if (!used[row]) {
                found.left[at] = Gather.NULL;
                found.right[at++] = row;
            }
        }
        return Result.ok(new Matches(Arrays.copyOf(found.left, at), Arrays.copyOf(found.right, at)));
    }

    private static List<Column> columns(VectorSchemaRoot table, List<String> names) {
        return names.stream().map(name -> Column.of(table.getVector(name))).toList();
    }

    private static long count(How how, int[] leftCodes, Groups groups) {
        long rows = 0;
        for (int code : leftCodes) {
            int matches = code < 0 ? 0 : groups.size(code);
            rows += switch (how) {
                case INNER, CROSS -> matches;
                case LEFT, FULL, RIGHT -> Math.max(1, matches);
                case SEMI -> matches == 0 ? 0 : 1;
                case ANTI -> matches == 0 ? 1 : 0;
            };
        }
        return rows;
    }

    /** Puts the matches of a left row at a place; the place after them. */
    private int add(How how, int row, int code, Groups groups, boolean[] used, int place) {
        int matches = code < 0 ? 0 : groups.size(code);
        boolean alone = switch (how) {
            case INNER, CROSS -> false;
            case LEFT, FULL, RIGHT, ANTI -> matches == 0;
            case SEMI -> matches > 0;
        };
        int at = place;
        if (alone) {
            left[at] = row;
            right[at++] = Gather.NULL;
        } else if (how != How.ANTI && how != How.SEMI) {
            for (int i = 0; i < matches; i++) {
                int match = groups.rows()[groups.starts()[code] + i];
                left[at] = row;
                right[at++] = match;
                if (how == How.FULL) {
                    used[match] = true;
                }
            }
        }
        return at;
    }
}

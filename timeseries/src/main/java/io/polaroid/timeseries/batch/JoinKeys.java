package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.Workers;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The series of two tables under the same numbers.
 *
 * @param left the number of each left row's series; -1 for none
 * @param right the same of the right rows
 * @param count how many series there are
 */
record JoinKeys(int[] left, int[] right, int count) {
    /** Refuses keys and times of two tables that cannot be compared. */
    static void check(
            Schema left, Schema right, String leftOn, String rightOn, List<String> leftBy, List<String> rightBy) {
        Field leftTime = Types.time(left, leftOn);
        Field rightTime = Types.time(right, rightOn);
        if (!comparable(leftTime.getType(), rightTime.getType())) {
            throw Types.invalid("'" + leftOn + "' is a " + leftTime.getType() + " on the left and '" + rightOn + "' a "
                    + rightTime.getType()
                    + " on the right; times and whole numbers, with and without a zone, do not compare");
        }
        if (leftBy.size() != rightBy.size()) {
            throw Types.invalid(
                    "by has " + leftBy.size() + " columns on the left and " + rightBy.size() + " on the right");
        }
        for (int i = 0; i < leftBy.size(); i++) {
            ArrowType of = Types.column(left, leftBy.get(i)).getType();
            ArrowType with = Types.column(right, rightBy.get(i)).getType();
            if (!of.equals(with) && !(isText(of) && isText(with)) && !(isWhole(of) && isWhole(with))) {
                throw Types.invalid("key '" + leftBy.get(i) + "' is a " + of + " on the left and '" + rightBy.get(i)
                        + "' a " + with + " on the right");
            }
        }
    }

    private static boolean comparable(ArrowType left, ArrowType right) {
        if (left instanceof ArrowType.Timestamp a && right instanceof ArrowType.Timestamp b) {
            return (a.getTimezone() == null) == (b.getTimezone() == null);
        }
        return left.equals(right) || isWhole(left) && isWhole(right);
    }

    private static boolean isText(ArrowType type) {
        return type instanceof ArrowType.Utf8
                || type instanceof ArrowType.LargeUtf8
                || type instanceof ArrowType.Utf8View;
    }

    private static boolean isWhole(ArrowType type) {
        return type instanceof ArrowType.Int;
    }

    static JoinKeys of(
            VectorSchemaRoot left,
            VectorSchemaRoot right,
            List<String> leftBy,
            List<String> rightBy,
            NullKeys nulls,
            Workers workers) {
        Keys keys = Keys.of(leftBy.size(), nulls);
        List<Column> rightKey = Series.columns(right, rightBy);
        int[] rightCodes = keys.add(rightKey, right.getRowCount(), workers);
        int known = keys.count();
        int[] leftCodes = keys.find(Series.columns(left, leftBy), left.getRowCount(), workers);
        return new JoinKeys(leftCodes, rightCodes, known);
    }
}

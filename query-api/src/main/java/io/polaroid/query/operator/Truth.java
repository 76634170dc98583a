package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.expr.BoundExpr;

/** A condition over pieces of a table. One thread at a time. */
@FunctionalInterface
interface Truth {
    /** The answer no. */
    byte FALSE = 0;

    /** The answer yes. */
    byte TRUE = 1;

    /** The answer of a null. */
    byte UNKNOWN = 2;

    /** Answers for rows {@code [from, from + count)} into the first {@code count} places. */
    void test(int from, int count, byte[] answers);

    /**
     * Chooses the rows for which it is true.
     *
     * @param bits takes a bit for each row; those after the last row in its word are 0
     */
    default void choose(int from, int count, long[] bits) {
        byte[] answers = new byte[Selection.PIECE];
        test(from, count, answers);
        Packing.pack(answers, count, bits);
    }

    /** The opposite; unknown stays unknown. */
    static Truth not(Truth operand) {
        return (from, count, answers) -> {
            operand.test(from, count, answers);
            for (int i = 0; i < count; i++) {
                // 0 -> 1, 1 -> 0, 2 -> 2
                answers[i] ^= (byte) (1 ^ answers[i] >> 1);
            }
        };
    }

    /** Both. */
    static Truth and(Truth left, Truth right) {
        return new Pair(left, right, true);
    }

    /** Either. */
    static Truth or(Truth left, Truth right) {
        return new Pair(left, right, false);
    }

    /** Whether a column has no value. */
    static Truth isNull(Column column) {
        return (from, count, answers) -> {
            for (int i = 0; i < count; i++) {
                answers[i] = column.isNull(from + i) ? TRUE : FALSE;
            }
        };
    }

    /** A column of truths. */
    static Truth of(Column column) {
        return (from, count, answers) -> {
            for (int i = 0; i < count; i++) {
                answers[i] = column.isNull(from + i) ? UNKNOWN : (byte) column.longAt(from + i);
            }
        };
    }

    /** Any expression, row by row. */
    static Truth of(BoundExpr expr, Cursor cursor) {
        return (from, count, answers) -> {
            for (int i = 0; i < count; i++) {
                answers[i] =
                        expr.evaluate(cursor.at(from + i)) instanceof Boolean truth ? truth ? TRUE : FALSE : UNKNOWN;
            }
        };
    }

    /** What another says, but unknown where one of the columns has no value. */
    static Truth unlessNull(Truth truth, Column column) {
        if (!column.hasNulls()) {
            return truth;
        }
        return (from, count, answers) -> {
            truth.test(from, count, answers);
            for (int i = 0; i < count; i++) {
                if (column.isNull(from + i)) {
                    answers[i] = UNKNOWN;
                }
            }
        };
    }

    /** Whether a whole number is less than another. */
    static Truth wholeLess(Cells.Longs left, Cells.Longs right) {
        return (from, count, answers) -> {
            long[] a = left.read(from, count);
            long[] b = right.read(from, count);
            for (int i = 0; i < count; i++) {
                answers[i] = a[i] < b[i] ? TRUE : FALSE;
            }
        };
    }

    /** Whether whole numbers are equal. */
    static Truth wholeEqual(Cells.Longs left, Cells.Longs right) {
        return (from, count, answers) -> {
            long[] a = left.read(from, count);
            long[] b = right.read(from, count);
            for (int i = 0; i < count; i++) {
                answers[i] = a[i] == b[i] ? TRUE : FALSE;
            }
        };
    }

    /** Whether a number is less than another; NaN is greater than all. */
    static Truth less(Cells.Doubles left, Cells.Doubles right) {
        return (from, count, answers) -> {
            double[] a = left.read(from, count);
            double[] b = right.read(from, count);
            for (int i = 0; i < count; i++) {
                answers[i] = a[i] < b[i] | Double.isNaN(b[i]) & !Double.isNaN(a[i]) ? TRUE : FALSE;
            }
        };
    }

    /** Whether numbers are less than one number; NaN is greater than all. */
    static Truth below(Cells.Doubles cells, double limit) {
        if (Double.isNaN(limit)) {
            return less(cells, Cells.doubles(limit));
        }
        return (from, count, answers) -> {
            double[] a = cells.read(from, count);
            for (int i = 0; i < count; i++) {
                answers[i] = a[i] < limit ? TRUE : FALSE;
            }
        };
    }

    /** Whether numbers are greater than one number; NaN is greater than all. */
    static Truth above(Cells.Doubles cells, double limit) {
        if (Double.isNaN(limit)) {
            return less(Cells.doubles(limit), cells);
        }
        return (from, count, answers) -> {
            double[] a = cells.read(from, count);
            for (int i = 0; i < count; i++) {
                answers[i] = a[i] <= limit ? FALSE : TRUE;
            }
        };
    }

    /** Whether numbers are equal; NaN equals NaN. */
    static Truth equal(Cells.Doubles left, Cells.Doubles right) {
        return (from, count, answers) -> {
            double[] a = left.read(from, count);
            double[] b = right.read(from, count);
            for (int i = 0; i < count; i++) {
                answers[i] = a[i] == b[i] | Double.isNaN(b[i]) & Double.isNaN(a[i]) ? TRUE : FALSE;
            }
        };
    }
}

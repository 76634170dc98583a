package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.expr.BinaryOperator;
import io.polaroid.timeseries.expr.BoundExpr;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;

/** Reads the values of one argument for blocks of rows. One thread at a time. */
abstract class Loader {
    /**
     * Fills {@code numbers} or {@code wholes} of the values, by position in the block.
     *
     * @param missing set to true where a row has no value; all false when called
     * @return whether any row has no value
     */
    abstract boolean load(RowBlock block, Values values, boolean[] missing);

    /** Nothing but rows. */
    static final class Rows extends Loader {
        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            return false;
        }
    }

    /** What finds the rows of a column without a value. */
    private abstract static class OfColumn extends Loader {
        final Column column;
        private final boolean hasNulls;
        private final Validity valid;

        OfColumn(Column column) {
            this.column = column;
            this.hasNulls = column.hasNulls();
            this.valid = hasNulls ? column.validity() : Validity.none(0);
        }

        final boolean missing(RowBlock block, boolean[] missing) {
            if (!hasNulls) {
                return false;
            }
            boolean any = false;
            for (int i = 0; i < block.count; i++) {
                if (!valid.get(block.rows[i])) {
                    missing[i] = true;
                    any = true;
                }
            }
            return any;
        }
    }

    /** Whether a column has a value; its values are not read. */
    static final class Presence extends OfColumn {
        Presence(Column column) {
            super(column);
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            return missing(block, missing);
        }
    }

    /** A column of doubles, or of what reads as doubles. */
    static final class Numbers extends OfColumn {
        private final boolean flat;
        private final ArrowBuf data;

        Numbers(Column column) {
            super(column);
            this.flat = column.vector() instanceof Float8Vector && column.size() > 0;
            this.data = flat ? column.vector().getDataBuffer() : Column.EMPTY;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            double[] out = values.numbers;
            int count = block.count;
            if (flat && block.dense) {
                data.nioBuffer(block.rows[0] * 8L, count * 8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asDoubleBuffer()
                        .get(out, 0, count);
            } else if (flat) {
                for (int i = 0; i < count; i++) {
                    out[i] = data.getDouble(block.rows[i] * 8L);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    out[i] = column.isNull(block.rows[i]) ? 0 : column.doubleAt(block.rows[i]);
                }
            }
            return missing(block, missing);
        }
    }

    /** A column of whole numbers, times or truths; also as doubles. */
    static final class Wholes extends OfColumn {
        private final boolean flat;
        private final boolean asNumbers;
        private final boolean unsigned;
        private final ArrowBuf data;

        Wholes(Column column, boolean asNumbers) {
            super(column);
            this.asNumbers = asNumbers;
            this.unsigned = column.isUnsigned64();
            this.flat = column.size() > 0
                    && (column.vector() instanceof BigIntVector || column.vector() instanceof TimeStampVector);
            this.data = flat ? column.vector().getDataBuffer() : Column.EMPTY;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            long[] out = values.wholes;
            int count = block.count;
            if (flat && block.dense) {
                data.nioBuffer(block.rows[0] * 8L, count * 8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asLongBuffer()
                        .get(out, 0, count);
            } else if (flat) {
                for (int i = 0; i < count; i++) {
                    out[i] = data.getLong(block.rows[i] * 8L);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    out[i] = column.longAt(block.rows[i]);
                }
            }
            if (asNumbers) {
                for (int i = 0; i < count; i++) {
                    values.numbers[i] = unsigned && out[i] < 0 ? column.doubleAt(block.rows[i]) : out[i];
                }
            }
            return missing(block, missing);
        }
    }

    /** A number written in the expression. */
    static final class Constant extends Loader {
        private final double value;

        Constant(double value) {
            this.value = value;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            Arrays.fill(values.numbers, 0, block.count, value);
            return false;
        }
    }

    /** Arithmetic on doubles. */
    static final class Arithmetic extends Loader {
        private final BinaryOperator operator;
        private final Loader left;
        private final Loader right;
        private final Values second = new Values();

        Arithmetic(BinaryOperator operator, Loader left, Loader right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            boolean any = left.load(block, values, missing) | right.load(block, second, missing);
            double[] a = values.numbers;
            double[] b = second.numbers;
            int count = block.count;
            switch (operator) {
                case ADD -> {
                    for (int i = 0; i < count; i++) {
                        a[i] += b[i];
                    }
                }
                case SUBTRACT -> {
                    for (int i = 0; i < count; i++) {
                        a[i] -= b[i];
                    }
                }
                case MULTIPLY -> {
                    for (int i = 0; i < count; i++) {
                        a[i] *= b[i];
                    }
                }
                case DIVIDE -> {
                    for (int i = 0; i < count; i++) {
                        a[i] /= b[i];
                    }
                }
                default -> throw new IllegalStateException(operator + " is not computed on blocks");
            }
            return any;
        }
    }

    /** Two numbers of each row: the first as such, the second as the bits in {@code wholes}. */
    static final class Pair extends Loader {
        private final Loader left;
        private final Loader right;
        private final Values second = new Values();

        Pair(Loader left, Loader right) {
            this.left = left;
            this.right = right;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            boolean any = left.load(block, values, missing) | right.load(block, second, missing);
            for (int i = 0; i < block.count; i++) {
                values.wholes[i] = Double.doubleToRawLongBits(second.numbers[i]);
            }
            return any;
        }
    }

    /** Any expression, row by row. */
    static final class Any extends Loader {
        private final BoundExpr expr;
        private final Cursor cursor;

        Any(BoundExpr expr, Cursor cursor) {
            this.expr = expr;
            this.cursor = cursor;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            boolean any = false;
            for (int i = 0; i < block.count; i++) {
                cursor.at(block.rows[i]);
                Object cell = expr.evaluate(cursor);
                switch (cell) {
                    case null -> {
                        missing[i] = true;
                        any = true;
                    }
                    case Number number -> {
                        values.wholes[i] = number.longValue();
                        values.numbers[i] = number.doubleValue();
                    }
                    case Boolean truth -> {
                        values.wholes[i] = truth ? 1 : 0;
                        values.numbers[i] = values.wholes[i];
                    }
                    default -> {
                        // Only counted.
                    }
                }
            }
            return any;
        }
    }

    /** Numbers of distinct values that are known already. */
    static final class Codes extends Loader {
        private final int[] codes;

        Codes(int[] codes) {
            this.codes = codes;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            for (int i = 0; i < block.count; i++) {
                values.wholes[i] = codes[block.rows[i]];
            }
            return false;
        }
    }

    /** Numbers the distinct values of an expression, null among them. */
    static final class Distinct extends Loader {
        private final BoundExpr expr;
        private final Cursor cursor;
        private final Map<Object, Long> known = new HashMap<>();

        Distinct(BoundExpr expr, Cursor cursor) {
            this.expr = expr;
            this.cursor = cursor;
        }

        @Override
        boolean load(RowBlock block, Values values, boolean[] missing) {
            for (int i = 0; i < block.count; i++) {
                Object cell = expr.evaluate(cursor.at(block.rows[i]));
                Object key = cell instanceof Double number && number == 0 ? (Object) 0.0 : cell;
                Long code = known.get(key == null ? this : key);
                if (code == null) {
                    code = (long) known.size();
                    known.put(key == null ? this : key, code);
                }
                values.wholes[i] = code;
            }
            return false;
        }
    }
}

package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.row.Row;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** A typed part of an expression. A node that is not direct knows only {@link #evaluate}. */
abstract class Node implements BoundExpr {
    private final Type type;

    Node(Type type) {
        this.type = type;
    }

    /** How a node gets its value. */
    @FunctionalInterface
    interface Cell {
        @Nullable
        Object of(Row row);
    }

    /** A node that boxes. */
    static Node of(Type type, Cell cell) {
        return new Node(type) {
            @Override
            public @Nullable Object evaluate(Row row) {
                return cell.of(row);
            }
        };
    }

    Type shape() {
        return type;
    }

    @Override
    public ArrowType type() {
        return type.arrow();
    }

    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    public boolean isNull(Row row) {
        return evaluate(row) == null;
    }

    @Override
    public double doubleAt(Row row) {
        return evaluate(row) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    @Override
    public long longAt(Row row) {
        return evaluate(row) instanceof Number number ? number.longValue() : 0;
    }

    /** A node whose value is a double that needs no box. */
    abstract static class Direct extends Node {
        Direct(Type type) {
            super(type);
        }

        @Override
        public boolean isDirect() {
            return true;
        }

        @Override
        public abstract boolean isNull(Row row);

        @Override
        public abstract double doubleAt(Row row);

        @Override
        public long longAt(Row row) {
            return (long) doubleAt(row);
        }

        @Override
        public @Nullable Object evaluate(Row row) {
            return isNull(row) ? null : (Object) doubleAt(row);
        }
    }

    /** A number written in the expression. */
    static final class Constant extends Direct {
        private final Number value;

        Constant(Type type, Number value) {
            super(type);
            this.value = value;
        }

        @Override
        public boolean isNull(Row row) {
            return false;
        }

        @Override
        public double doubleAt(Row row) {
            return value.doubleValue();
        }

        @Override
        public long longAt(Row row) {
            return value.longValue();
        }

        @Override
        public Object evaluate(Row row) {
            return value;
        }
    }

    /** A text written in the expression. */
    static final class TextConstant extends Node {
        private final String value;

        TextConstant(String value) {
            super(Type.TEXT);
            this.value = value;
        }

        String value() {
            return value;
        }

        @Override
        public String evaluate(Row row) {
            return value;
        }
    }

    /** The cell of a column that holds whole numbers, floats, times or dates. */
    static final class NumericColumn extends Direct {
        private final int index;
        private final boolean whole;

        NumericColumn(Type type, int index) {
            super(type);
            this.index = index;
            this.whole = type.kind() != Type.Kind.FLOAT;
        }

        @Override
        public boolean isNull(Row row) {
            return row.isNull(index);
        }

        @Override
        public double doubleAt(Row row) {
            return row.doubleAt(index);
        }

        @Override
        public long longAt(Row row) {
            return row.longAt(index);
        }

        @Override
        public @Nullable Object evaluate(Row row) {
            if (row.isNull(index)) {
                return null;
            }
            return whole ? (Object) row.longAt(index) : (Object) row.doubleAt(index);
        }
    }
}

package io.polaroid.schemas.avro;

import io.polaroid.schemas.avro.AvroLayout.Kind;
import io.polaroid.schemas.avro.AvroLayout.Leaf;
import io.polaroid.schemas.avro.AvroLayout.Nest;
import io.polaroid.schemas.avro.AvroLayout.Node;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cells to Avro binary, by the layout of the schema. */
final class RowEncoder {
    private final Part[] parts;

    /** Writes one field; made once for a schema, so that nothing is found out anew for each row. */
    @FunctionalInterface
    private interface Part {
        void write(Row row, AvroOutput out);
    }

    RowEncoder(AvroLayout layout) {
        this.parts = parts(layout.root());
    }

    void write(Row row, AvroOutput out) {
        for (Part part : parts) {
            part.write(row, out);
        }
    }

    private static Part[] parts(Nest nest) {
        return nest.children().stream().map(RowEncoder::part).toArray(Part[]::new);
    }

    private static Part part(Node node) {
        return switch (node) {
            case Leaf leaf -> leaf(leaf);
            case Nest nest -> {
                Part[] children = parts(nest);
                boolean nullable = nest.union().nullBranch() >= 0;
                yield (row, out) -> {
                    boolean absent = nullable && allNull(nest, row);
                    if (writeUnion(nest.union(), absent, nest.path(), out)) {
                        for (Part child : children) {
                            child.write(row, out);
                        }
                    }
                };
            }
        };
    }

    private static Part leaf(Leaf leaf) {
        int column = leaf.column();
        AvroLayout.Union union = leaf.union();
        Part value = switch (leaf.kind()) {
            case Kind.Whole whole when whole.bits() == 64 -> (row, out) -> out.writeLong(row.longAt(column));
            case Kind.Timestamp time -> (row, out) -> out.writeLong(row.longAt(column));
            case Kind.Floating floating when !floating.single() -> (row, out) -> out.writeDouble(row.doubleAt(column));
            default -> (row, out) -> writeCell(leaf, row, out);
        };
        return (row, out) -> {
            if (writeUnion(union, row.isNull(column), leaf.path(), out)) {
                value.write(row, out);
            }
        };
    }

    /** Writes the union index, where there is one; returns whether a value follows. */
    private static boolean writeUnion(AvroLayout.Union union, boolean isNull, String path, AvroOutput out) {
        if (isNull && union.nullBranch() < 0) {
            throw bad(ProblemCode.MISSING_FIELD, "field " + path + " is null; its type allows no null");
        }
        if (union.valueBranch() >= 0) {
            out.writeLong(isNull ? union.nullBranch() : union.valueBranch());
        }
        return !isNull;
    }

    private static boolean allNull(Node node, Row row) {
        return switch (node) {
            case Leaf leaf -> row.isNull(leaf.column());
            case Nest nest -> nest.children().stream().allMatch(child -> allNull(child, row));
        };
    }

    private static void writeCell(Leaf leaf, Row row, AvroOutput out) {
        int column = leaf.column();
        switch (leaf.kind()) {
            case Kind.Whole whole -> out.writeLong(whole(leaf, row.longAt(column), whole.bits()));
            case Kind.Date date -> out.writeLong(whole(leaf, row.longAt(column), 32));
            case Kind.Timestamp time -> out.writeLong(row.longAt(column));
            case Kind.Floating floating -> {
                if (floating.single()) {
                    out.writeFloat((float) row.doubleAt(column));
                } else {
                    out.writeDouble(row.doubleAt(column));
                }
            }
            case Kind.Bool bool -> out.writeByte(cell(leaf, row, Boolean.class) ? 1 : 0);
            case Kind.Text text -> out.writeString(cell(leaf, row, String.class));
            case Kind.Symbol symbol -> out.writeLong(symbol(leaf, symbol, cell(leaf, row, String.class)));
            case Kind.Bytes bytes -> writeBytes(leaf, bytes, cell(leaf, row, byte[].class), out);
            case Kind.Decimal decimal -> writeDecimal(leaf, decimal, cell(leaf, row, BigDecimal.class), out);
        }
    }

    private static long whole(Leaf leaf, long value, int bits) {
        if (bits == 32 && value != (int) value) {
            throw wrong(leaf, value + " does not fit in 32 bits");
        }
        return value;
    }

    private static int symbol(Leaf leaf, Kind.Symbol symbol, String value) {
        int index = symbol.symbols().indexOf(value);
        if (index < 0) {
            throw wrong(leaf, value + " is none of " + symbol.symbols());
        }
        return index;
    }

    private static void writeBytes(Leaf leaf, Kind.Bytes type, byte[] value, AvroOutput out) {
        if (type.size() < 0) {
            out.writeBytes(value);
        } else if (value.length == type.size()) {
            out.writeFixed(value);
        } else {
            throw wrong(leaf, "it has " + value.length + " bytes; its type has " + type.size());
        }
    }

    private static void writeDecimal(Leaf leaf, Kind.Decimal type, BigDecimal value, AvroOutput out) {
        byte[] unscaled = unscaled(leaf, type, value);
        if (type.size() < 0) {
            out.writeBytes(unscaled);
            return;
        }
        if (unscaled.length > type.size()) {
            throw wrong(leaf, value + " does not fit in " + type.size() + " bytes");
        }
        var padded = new byte[type.size()];
        Arrays.fill(padded, (byte) (value.signum() < 0 ? -1 : 0));
        System.arraycopy(unscaled, 0, padded, padded.length - unscaled.length, unscaled.length);
        out.writeFixed(padded);
    }

    private static byte[] unscaled(Leaf leaf, Kind.Decimal type, BigDecimal value) {
        BigDecimal scaled;
        try {
            scaled = value.setScale(type.scale());
        } catch (ArithmeticException e) {
            throw wrong(leaf, value + " has more than " + type.scale() + " decimal places");
        }
        if (scaled.precision() > type.precision()) {
            throw wrong(leaf, value + " has more than " + type.precision() + " digits");
        }
        return scaled.unscaledValue().toByteArray();
    }

    private static <T> T cell(Leaf leaf, Row row, Class<T> type) {
        @Nullable Object value = row.valueAt(leaf.column());
        if (!type.isInstance(value)) {
            throw wrong(
                    leaf,
                    "the cell is a "
                            + (value == null ? "null" : value.getClass().getSimpleName()) + ", not a "
                            + type.getSimpleName());
        }
        return type.cast(value);
    }

    private static PolaroidException wrong(Leaf leaf, String why) {
        return bad(ProblemCode.WRONG_TYPE, "field " + leaf.path() + ": " + why);
    }

    private static PolaroidException bad(ProblemCode code, String detail) {
        return new PolaroidException(Problem.of(code, detail));
    }
}

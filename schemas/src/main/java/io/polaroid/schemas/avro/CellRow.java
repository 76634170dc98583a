package io.polaroid.schemas.avro;

import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cells of the record read last, without boxes: numbers as bits, ASCII text as a place in the record's bytes until somebody
 * asks for it. A cursor: the next record takes its place.
 */
public final class CellRow implements Row {
    // Bytes, not an enum: references in an array cost the collector's barrier at each write, and there is one a cell.
    private static final byte NULL = 0;
    private static final byte LONG = 1;
    private static final byte DOUBLE = 2;
    private static final byte TEXT = 3;
    private static final byte OBJECT = 4;

    private final byte[] states;
    private final long[] bits;
    private final @Nullable Object[] objects;
    private byte[] source = new byte[0];

    CellRow(int columns) {
        this.states = new byte[columns];
        this.bits = new long[columns];
        this.objects = new Object[columns];
    }

    void reset(byte[] bytes) {
        source = bytes;
        Arrays.fill(states, NULL);
    }

    void setLong(int column, long value) {
        states[column] = LONG;
        bits[column] = value;
    }

    void setDouble(int column, double value) {
        states[column] = DOUBLE;
        bits[column] = Double.doubleToRawLongBits(value);
    }

    void setText(int column, int from, int length) {
        states[column] = TEXT;
        bits[column] = (long) from << 32 | length;
    }

    void set(int column, @Nullable Object value) {
        switch (value) {
            case null -> states[column] = NULL;
            case Long number -> setLong(column, number);
            case Double number -> setDouble(column, number);
            default -> {
                states[column] = OBJECT;
                objects[column] = value;
            }
        }
    }

    /**
     * Whether a text cell is this text; if so it becomes that very object, so that a text that repeats is made once.
     *
     * @param utf8 the text in UTF-8
     */
    public boolean replaceText(int column, byte[] utf8, String text) {
        boolean equal = switch (states[column]) {
            case TEXT -> {
                int from = (int) (bits[column] >>> 32);
                yield Arrays.equals(source, from, from + (int) bits[column], utf8, 0, utf8.length);
            }
            case OBJECT -> text.equals(objects[column]);
            default -> false;
        };
        if (equal) {
            states[column] = OBJECT;
            objects[column] = text;
        }
        return equal;
    }

    @Override
    public boolean isNull(int column) {
        return states[column] == NULL;
    }

    @Override
    public long longAt(int column) {
        return switch (states[column]) {
            case LONG -> bits[column];
            case DOUBLE -> (long) Double.longBitsToDouble(bits[column]);
            case OBJECT -> objects[column] instanceof Number number ? number.longValue() : 0;
            default -> 0;
        };
    }

    @Override
    public double doubleAt(int column) {
        return switch (states[column]) {
            case DOUBLE -> Double.longBitsToDouble(bits[column]);
            case LONG -> bits[column];
            case OBJECT -> objects[column] instanceof Number number ? number.doubleValue() : Double.NaN;
            default -> Double.NaN;
        };
    }

    @Override
    public @Nullable Object valueAt(int column) {
        return switch (states[column]) {
            case LONG -> bits[column];
            case DOUBLE -> Double.longBitsToDouble(bits[column]);
            case TEXT ->
                new String(source, (int) (bits[column] >>> 32), (int) bits[column], StandardCharsets.ISO_8859_1);
            case OBJECT -> objects[column];
            default -> null;
        };
    }

    ArrayRow copy() {
        @Nullable Object[] cells = new Object[states.length];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = valueAt(i);
        }
        return new ArrayRow(cells);
    }
}

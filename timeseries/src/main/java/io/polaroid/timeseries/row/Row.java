package io.polaroid.timeseries.row;

import org.jspecify.annotations.Nullable;

/**
 * One row, cells by position in an Arrow schema that the holder knows.
 *
 * <p>Cells by Arrow type: Int of any width, Timestamp (in the unit of its field) and Date are {@code long}; FloatingPoint is
 * {@code double}; Bool is {@code boolean}; Utf8 is {@link String}; Decimal is {@link java.math.BigDecimal}; Binary is
 * {@code byte[]}. A row is valid only as long as its holder says.
 */
public interface Row {
    /** Whether the cell is null. */
    boolean isNull(int column);

    /** The cell of an Int, Timestamp or Date column; undefined where null. */
    long longAt(int column);

    /** The cell of an Int, Timestamp or FloatingPoint column, as a double; undefined where null. */
    double doubleAt(int column);

    /** The cell, boxed: Long, Double, Boolean, String, BigDecimal, byte[] or null. */
    @Nullable
    Object valueAt(int column);
}

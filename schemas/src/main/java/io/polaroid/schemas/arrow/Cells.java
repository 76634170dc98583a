package io.polaroid.schemas.arrow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The cells of one column of the batch that was read last: numbers as bits, all else as objects. Arrays are used again. */
final class Cells {
    final boolean isNumber;
    final boolean isFloating;
    long[] bits = {};

    @Nullable
    Object[] objects = {};

    boolean[] nulls = {};

    /** Numbers of texts in the column's pool; of other columns nothing. */
    int[] codes = {};

    boolean hasNulls;

    Cells(boolean isNumber, boolean isFloating) {
        this.isNumber = isNumber;
        this.isFloating = isFloating;
    }

    void reserve(int rows) {
        if (nulls.length >= rows) {
            return;
        }
        nulls = new boolean[rows];
        if (isNumber) {
            bits = new long[rows];
        } else {
            objects = new Object[rows];
            codes = new int[rows];
        }
    }

    void setAllNull(int rows) {
        Arrays.fill(nulls, 0, rows, true);
        if (!isNumber) {
            Arrays.fill(objects, 0, rows, null);
        }
        hasNulls = rows > 0;
    }

    @Nullable
    Object valueAt(int row) {
        if (nulls[row]) {
            return null;
        }
        if (!isNumber) {
            return objects[row];
        }
        return isFloating ? (Object) Double.longBitsToDouble(bits[row]) : (Object) bits[row];
    }
}

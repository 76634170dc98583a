package io.polaroid.schemas.arrow;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;

/**
 * Reads one column of a batch into cells. What is wrong with the buffers is a {@link NoBatch}; what is wrong with one cell is a flaw of
 * its row, and the cell is null.
 */
interface ColumnReader {
    /** Reads a column whose buffers begin at number {@code buffer}. */
    void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws);

    /** Notes what is wrong with a cell, unless the row has a flaw already. */
    static void flaw(Cells cells, int row, Map<Integer, Problem> flaws, ProblemCode code, String detail) {
        cells.nulls[row] = true;
        cells.hasNulls = true;
        flaws.putIfAbsent(row, Problem.of(code, detail));
    }

    /** A column that the batch does not have. */
    record Absent() implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            cells.setAllNull(body.rows());
        }
    }

    /** Whole numbers of some width; {@code factor} turns a coarser unit of time into the column's. */
    record Whole(String name, int bytes, boolean signed, long factor) implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            int rows = body.rows();
            cells.hasNulls = body.nulls(buffer, cells.nulls);
            int at = body.position(buffer + 1, (long) rows * bytes);
            byte[] source = body.bytes();
            long[] bits = cells.bits;
            switch (bytes) {
                case 1 -> {
                    for (int i = 0; i < rows; i++) {
                        bits[i] = signed ? source[at + i] : source[at + i] & 0xFF;
                    }
                }
                case 2 -> {
                    for (int i = 0; i < rows; i++) {
                        short value = (short) Body.SHORT.get(source, at + 2 * i);
                        bits[i] = signed ? value : value & 0xFFFF;
                    }
                }
                case 4 -> {
                    for (int i = 0; i < rows; i++) {
                        int value = (int) Body.INT.get(source, at + 4 * i);
                        bits[i] = signed ? value : value & 0xFFFF_FFFFL;
                    }
                }
                default ->
                    ByteBuffer.wrap(source, at, 8 * rows)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asLongBuffer()
                            .get(bits, 0, rows);
            }
            if (factor != 1) {
                scale(rows, cells, flaws);
            }
        }

        private void scale(int rows, Cells cells, Map<Integer, Problem> flaws) {
            for (int i = 0; i < rows; i++) {
                long value = cells.bits[i];
                if (cells.nulls[i]) {
                    continue;
                }
                if (value > Long.MAX_VALUE / factor || value < Long.MIN_VALUE / factor) {
                    flaw(
                            cells,
                            i,
                            flaws,
                            ProblemCode.WRONG_TYPE,
                            name + " is " + value + ", which does not fit into the unit of the stream's column");
                } else {
                    cells.bits[i] = value * factor;
                }
            }
        }
    }

    /** Floating-point numbers of single or double precision. */
    record Floating(boolean single) implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            int rows = body.rows();
            cells.hasNulls = body.nulls(buffer, cells.nulls);
            int at = body.position(buffer + 1, (long) rows * (single ? 4 : 8));
            if (!single) {
                ByteBuffer.wrap(body.bytes(), at, 8 * rows)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asLongBuffer()
                        .get(cells.bits, 0, rows);
                return;
            }
            for (int i = 0; i < rows; i++) {
                double value = Float.intBitsToFloat((int) Body.INT.get(body.bytes(), at + 4 * i));
                cells.bits[i] = Double.doubleToRawLongBits(value);
            }
        }
    }

    /** Truth values, one a bit. */
    record Bool() implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            cells.hasNulls = body.nulls(buffer, cells.nulls);
            int at = body.position(buffer + 1, (body.rows() + 7L) / 8);
            for (int i = 0; i < body.rows(); i++) {
                cells.objects[i] = (body.bytes()[at + (i >> 3)] >> (i & 7) & 1) != 0;
            }
        }
    }

    /** Decimals of 128 bits. */
    record Decimal(String name, int precision, int scale) implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            cells.hasNulls = body.nulls(buffer, cells.nulls);
            int at = body.position(buffer + 1, 16L * body.rows());
            byte[] bigEndian = new byte[16];
            for (int i = 0; i < body.rows(); i++) {
                for (int b = 0; b < 16; b++) {
                    bigEndian[15 - b] = body.bytes()[at + 16 * i + b];
                }
                var value = new BigDecimal(new BigInteger(bigEndian), scale);
                cells.objects[i] = value;
                if (!cells.nulls[i] && value.precision() > precision) {
                    flaw(
                            cells,
                            i,
                            flaws,
                            ProblemCode.WRONG_TYPE,
                            name + " is " + value + ", which has more than " + precision + " digits");
                }
            }
        }
    }

    /** Bytes of one length in all cells; {@code size} is theirs. */
    record FixedBytes(int size) implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            cells.hasNulls = body.nulls(buffer, cells.nulls);
            int at = body.position(buffer + 1, (long) size * body.rows());
            for (int i = 0; i < body.rows(); i++) {
                int from = at + size * i;
                cells.objects[i] = java.util.Arrays.copyOfRange(body.bytes(), from, from + size);
            }
        }
    }

    /** Bytes of any length, or of one that the column demands if {@code size} is not negative. */
    record AnyBytes(String name, boolean large, int size) implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            cells.hasNulls = body.nulls(buffer, cells.nulls);
            var places = Places.of(body, buffer + 1, large);
            for (int i = 0; i < body.rows(); i++) {
                int length = places.length(i);
                if (!cells.nulls[i] && size >= 0 && length != size) {
                    flaw(cells, i, flaws, ProblemCode.WRONG_TYPE, name + " has " + length + " bytes, not " + size);
                }
                cells.objects[i] = cells.nulls[i]
                        ? null
                        : java.util.Arrays.copyOfRange(body.bytes(), places.from(i), places.from(i) + length);
            }
        }
    }

    /** Texts; one of {@code symbols} if there are any. */
    record Text(String name, boolean large, TextPool pool, Set<String> symbols) implements ColumnReader {
        @Override
        public void read(Body body, int buffer, Cells cells, Map<Integer, Problem> flaws) {
            cells.hasNulls = body.nulls(buffer, cells.nulls);
            var places = Places.of(body, buffer + 1, large);
            for (int i = 0; i < body.rows(); i++) {
                cells.codes[i] = TextPool.NONE;
                cells.objects[i] = null;
                if (!cells.nulls[i]) {
                    take(body.bytes(), places.from(i), places.length(i), cells, i, flaws);
                }
            }
        }

        /** Sets a cell to a text. */
        void take(byte[] bytes, int from, int length, Cells cells, int row, Map<Integer, Problem> flaws) {
            int code = pool.code(bytes, from, length);
            cells.codes[row] = code;
            if (code != TextPool.NONE) {
                set(pool.text(code), cells, row, flaws);
                return;
            }
            var text = TextPool.decode(bytes, from, length);
            if (text.isPresent()) {
                set(text.get(), cells, row, flaws);
            } else {
                flaw(cells, row, flaws, ProblemCode.MALFORMED_RECORD, name + " is a text that is not UTF-8");
            }
        }

        private void set(String text, Cells cells, int row, Map<Integer, Problem> flaws) {
            cells.objects[row] = text;
            if (!symbols.isEmpty() && !symbols.contains(text)) {
                flaw(
                        cells,
                        row,
                        flaws,
                        ProblemCode.WRONG_TYPE,
                        name + " is \"" + text + "\", which is no symbol of its enum");
            }
        }
    }
}

package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Validity;
import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VariableWidthFieldVector;

/** The rows of the least or greatest values. */
abstract class Extremes extends Kernel {
    final int[] found;
    final boolean greatest;
    private final boolean ofColumn;
    private final Picked picked;

    private Extremes(int windows, boolean greatest, boolean ofColumn, Picked picked) {
        this.found = filled(windows);
        this.greatest = greatest;
        this.ofColumn = ofColumn;
        this.picked = picked;
    }

    /** The values, where they are not read from a column. */
    abstract Cells values(int[] emit, Validity valid);

    @Override
    final Cells cells(Calls call, int[] emit) {
        if (ofColumn) {
            return picked.cells(emitted(found, emit));
        }
        Validity valid = Validity.all(emit.length);
        for (int i = 0; i < emit.length; i++) {
            valid.put(i, found[emit[i]] >= 0);
        }
        return values(emit, valid);
    }

    /** Of doubles; NaN only where there is nothing else, and -0.0 below 0.0, so that rows may come in any order. */
    static final class OfDoubles extends Extremes {
        private final double[] best;

        OfDoubles(int windows, boolean greatest, boolean ofColumn, Picked picked) {
            super(windows, greatest, ofColumn, picked);
            best = new double[windows];
        }

        @Override
        void take(Values values) {
            int[] slots = values.slots;
            double[] numbers = values.numbers;
            if (greatest) {
                for (int i = 0; i < values.count; i++) {
                    int slot = slots[i];
                    if (numbers[i] > best[slot] && found[slot] >= 0) {
                        best[slot] = numbers[i];
                        found[slot] = values.rows[i];
                    } else if (!(numbers[i] < best[slot]) || found[slot] < 0) {
                        challenge(slot, numbers[i], values.rows[i], 1);
                    }
                }
            } else {
                for (int i = 0; i < values.count; i++) {
                    int slot = slots[i];
                    if (numbers[i] < best[slot] && found[slot] >= 0) {
                        best[slot] = numbers[i];
                        found[slot] = values.rows[i];
                    } else if (!(numbers[i] > best[slot]) || found[slot] < 0) {
                        challenge(slot, numbers[i], values.rows[i], -1);
                    }
                }
            }
        }

        private void challenge(int slot, double number, int row, int sign) {
            double held = best[slot];
            boolean wins = found[slot] < 0
                    || (Double.isNaN(held) ? !Double.isNaN(number) : sign * Double.compare(number, held) > 0)
                            && !Double.isNaN(number);
            if (wins) {
                best[slot] = number;
                found[slot] = row;
            }
        }

        @Override
        Cells values(int[] emit, Validity valid) {
            double[] cells = new double[emit.length];
            for (int i = 0; i < emit.length; i++) {
                cells[i] = best[emit[i]];
            }
            return new Cells.Doubles(cells, valid);
        }
    }

    /** Of longs. */
    static final class OfLongs extends Extremes {
        private final long[] best;
        private final boolean unsigned;

        OfLongs(int windows, boolean greatest, boolean unsigned, boolean ofColumn, Picked picked) {
            super(windows, greatest, ofColumn, picked);
            this.unsigned = unsigned;
            best = new long[windows];
        }

        @Override
        void take(Values values) {
            int[] slots = values.slots;
            long flip = unsigned ? Long.MIN_VALUE : 0;
            for (int i = 0; i < values.count; i++) {
                int slot = slots[i];
                long value = values.wholes[i] ^ flip;
                boolean wins = greatest ? value > best[slot] : value < best[slot];
                if (wins || found[slot] < 0) {
                    best[slot] = value;
                    found[slot] = values.rows[i];
                }
            }
        }

        @Override
        Cells values(int[] emit, Validity valid) {
            long[] cells = new long[emit.length];
            for (int i = 0; i < emit.length; i++) {
                cells[i] = best[emit[i]];
            }
            return new Cells.Longs(cells, valid);
        }
    }

    /** Of texts and bytes by their bytes, and of decimals. */
    static final class OfObjects extends Extremes {
        private final FieldVector source;

        OfObjects(int windows, boolean greatest, FieldVector source, Picked picked) {
            super(windows, greatest, true, picked);
            this.source = source;
        }

        @Override
        void take(Values values) {
            for (int i = 0; i < values.count; i++) {
                int slot = values.slots[i];
                int row = values.rows[i];
                if (found[slot] < 0 || (greatest ? compare(row, found[slot]) > 0 : compare(row, found[slot]) < 0)) {
                    found[slot] = row;
                }
            }
        }

        private int compare(int left, int right) {
            if (source instanceof VariableWidthFieldVector && source.getObject(left) instanceof Object a) {
                return Arrays.compareUnsigned(bytes(a), bytes(source.getObject(right)));
            }
            if (source.getObject(left) instanceof java.math.BigDecimal a
                    && source.getObject(right) instanceof java.math.BigDecimal b) {
                return a.compareTo(b);
            }
            return 0;
        }

        private static byte[] bytes(Object cell) {
            return cell instanceof byte[] raw ? raw : cell.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }

        @Override
        Cells values(int[] emit, Validity valid) {
            throw new IllegalStateException("values of " + source.getField() + " are taken from their column");
        }
    }
}

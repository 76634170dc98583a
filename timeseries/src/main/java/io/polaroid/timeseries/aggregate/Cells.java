package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Validity;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** A computed column, not yet in Arrow. */
interface Cells {
    /** Makes it a column. */
    void into(Made made, Field field);

    /** Floats. */
    record Doubles(double[] values, Validity valid) implements Cells {
        // Which of its many NaNs a processor makes is not defined, and results are compared by their bytes.
        @Override
        public void into(Made made, Field field) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Double.isNaN(values[i]) ? Double.NaN : values[i];
            }
            made.doubles(field, values, valid);
        }
    }

    /** Whole numbers, times or truths. */
    record Longs(long[] values, Validity valid) implements Cells {
        @Override
        public void into(Made made, Field field) {
            made.longs(field, values, valid);
        }
    }

    /** Rows of a column; {@link io.polaroid.timeseries.column.Gather#NULL} for null. */
    record Rows(FieldVector source, int[] rows) implements Cells {
        @Override
        public void into(Made made, Field field) {
            made.gather(source, rows, field);
        }
    }
}

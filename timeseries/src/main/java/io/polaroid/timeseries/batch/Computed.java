package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.window.Cells;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A column that was computed, on its way into a table. */
@FunctionalInterface
interface Computed {
    /** Adds it as a column. */
    void into(Made made, Field field, Workers workers);

    /** Cells in the order of the table. */
    static Computed of(Cells cells, Validity valid) {
        return (made, field, workers) -> {
            if (field.getType() instanceof ArrowType.FloatingPoint) {
                made.doubles(field, canonical(cells.numbers()), valid);
            } else {
                made.longs(field, cells.wholes(), valid);
            }
        };
    }

    /** Cells that lie group by group. */
    static Computed restored(Cells cells, Groups groups) {
        return (made, field, workers) -> {
            Validity valid = groups.restored(cells.valid());
            if (field.getType() instanceof ArrowType.FloatingPoint) {
                made.doubles(field, canonical(cells.numbers()), groups, valid, workers);
            } else {
                made.longs(field, groups.restored(cells.wholes()), valid);
            }
        };
    }

    /** Rows of a column of the input. */
    static Computed rows(FieldVector source, int[] rows) {
        return (made, field, workers) -> made.gather(source, rows, field, workers);
    }

    // Which of its many NaNs a processor makes is not defined, and results are compared by their bytes.
    private static double[] canonical(double[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (Double.isNaN(numbers[i])) {
                numbers[i] = Double.NaN;
            }
        }
        return numbers;
    }

    /** The input's columns, shared, with computed ones in place of those of the same name or behind them. */
    static VectorSchemaRoot added(
            VectorSchemaRoot input, Schema schema, List<String> names, List<Computed> computed, BufferAllocator to) {
        return added(input, schema, names, computed, to, Workers.INLINE);
    }

    /** The same, written in parts. */
    static VectorSchemaRoot added(
            VectorSchemaRoot input,
            Schema schema,
            List<String> names,
            List<Computed> computed,
            BufferAllocator to,
            Workers workers) {
        try (Made made = Made.with(to)) {
            for (Field field : schema.getFields()) {
                int place = names.indexOf(field.getName());
                if (place >= 0) {
                    computed.get(place).into(made, field, workers);
                } else {
                    made.share(input.getVector(field.getName()), field);
                }
            }
            return made.table(input.getRowCount());
        }
    }

    /** A column that is all null. */
    static Computed nulls(FieldVector like, int rows) {
        int[] none = new int[rows];
        java.util.Arrays.fill(none, Gather.NULL);
        return rows(like, none);
    }
}

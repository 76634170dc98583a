package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Where the cells of a result for a row come from: the row, its number, and what was made of it. */
final class RowResults {
    private static final int SEQUENCE = -1;
    private static final int WITHDRAWN = Integer.MIN_VALUE;

    private final List<Field> fields = new ArrayList<>();
    private final List<Integer> sources = new ArrayList<>();

    RowResults(StreamColumns input, RowKernel kernel) {
        var row = new ArrayList<Integer>();
        if (kernel.keepsColumns()) {
            row.addAll(input.joined());
        } else {
            row.addAll(input.key());
            row.add(input.time());
            input.id().ifPresent(row::add);
        }
        var outputs = new ArrayList<>(kernel.outputs());
        for (int column : row) {
            var field = input.schema().getFields().get(column);
            int made = outputs.stream().map(Field::getName).toList().indexOf(field.getName());
            boolean takesItsPlace = kernel.keepsColumns() && made >= 0;
            add(takesItsPlace ? outputs.get(made) : field, takesItsPlace ? output(made) : column);
        }
        var number = new Field(ViewSchema.ROW_OFFSET, FieldType.notNullable(new ArrowType.Int(64, true)), null);
        if (!kernel.keepsColumns()) {
            add(number, SEQUENCE);
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (!sources.contains(output(i))) {
                add(outputs.get(i), output(i));
            }
        }
        if (kernel.keepsColumns()) {
            add(number, SEQUENCE);
        }
        if (takesBack(input, kernel)) {
            add(new Field(ViewSchema.WITHDRAWN, FieldType.notNullable(ArrowType.Bool.INSTANCE), null), WITHDRAWN);
        }
    }

    /** Whether a published result may be there no more after a later revision of its row. */
    static boolean takesBack(StreamColumns input, RowKernel kernel) {
        return input.identity().withdrawn().isPresent() || input.identity().isRevised() && kernel.isConditional();
    }

    private void add(Field field, int source) {
        fields.add(field);
        sources.add(source);
    }

    /** Outputs are counted down from below the number of the row. */
    private static int output(int index) {
        return SEQUENCE - 1 - index;
    }

    List<Field> fields() {
        return fields;
    }

    /** The cells of a result. */
    @Nullable
    Object[] cells(Row row, long sequence, @Nullable Object[] outputs) {
        @Nullable Object[] cells = new Object[sources.size()];
        for (int i = 0; i < cells.length; i++) {
            int source = sources.get(i);
            cells[i] = source >= 0
                    ? row.valueAt(source)
                    : source == SEQUENCE
                            ? (Object) sequence
                            : source == WITHDRAWN ? (Object) false : outputs[SEQUENCE - 1 - source];
        }
        return cells;
    }
}

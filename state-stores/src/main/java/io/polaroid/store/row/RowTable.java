package io.polaroid.store.row;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.OrderColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Columns of the row tier: value columns, {@code _partition}, {@code _offset}, and hidden the time, the progress before, the
 * series' number in the store and the feed's own id, which is a number or a text.
 */
final class RowTable {
    final int values;
    final int partition;
    final int offset;
    final int timeNanos;
    final int progressBefore;
    final int seriesNumber;
    final int idNumber;
    final int idText;
    final int visible;
    private final Schema schema;

    RowTable(Schema rows) {
        this.values = rows.getFields().size();
        this.partition = values;
        this.offset = values + 1;
        this.visible = values + 2;
        this.timeNanos = values + 2;
        this.progressBefore = values + 3;
        this.seriesNumber = values + 4;
        this.idNumber = values + 5;
        this.idText = values + 6;
        List<Field> fields = new ArrayList<>(rows.getFields());
        fields.add(integer("_partition", 32));
        fields.add(integer("_offset", 64));
        fields.add(integer("_time_nanos", 64));
        fields.add(integer("_progress_before", 64));
        fields.add(integer("_series_number", 32));
        fields.add(new Field("_id_number", FieldType.nullable(new ArrowType.Int(64, true)), null));
        fields.add(new Field("_id_text", FieldType.nullable(new ArrowType.Utf8()), null));
        this.schema = new Schema(fields);
    }

    private static Field integer(String name, int bits) {
        return new Field(name, FieldType.notNullable(new ArrowType.Int(bits, true)), null);
    }

    /** The columns that find rows. */
    OrderColumns finding() {
        return new OrderColumns(seriesNumber, timeNanos, offset);
    }

    /** All columns. */
    Schema schema() {
        return schema;
    }

    ColumnTable open(BufferAllocator allocator) {
        return new ColumnTable(schema, allocator);
    }
}

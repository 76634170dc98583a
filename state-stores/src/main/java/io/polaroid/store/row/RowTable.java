package io.polaroid.store.row;

import io.polaroid.store.column.ColumnTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Columns of the row tier: value columns, {@code _partition}, {@code _offset}, and hidden the time and progress before. */
final class RowTable {
    final int values;
    final int partition;
    final int offset;
    final int timeNanos;
    final int progressBefore;
    final int visible;
    private final Schema schema;

    RowTable(Schema rows) {
        this.values = rows.getFields().size();
        this.partition = values;
        this.offset = values + 1;
        this.visible = values + 2;
        this.timeNanos = values + 2;
        this.progressBefore = values + 3;
        List<Field> fields = new ArrayList<>(rows.getFields());
        fields.add(integer("_partition", 32));
        fields.add(integer("_offset", 64));
        fields.add(integer("_time_nanos", 64));
        fields.add(integer("_progress_before", 64));
        this.schema = new Schema(fields);
    }

    private static Field integer(String name, int bits) {
        return new Field(name, FieldType.notNullable(new ArrowType.Int(bits, true)), null);
    }

    ColumnTable open(BufferAllocator allocator) {
        return new ColumnTable(schema, allocator);
    }
}

package io.polaroid.store.result;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.OrderColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Columns of the result tier: results, double slots, long slots, series, time and sequence, which are logged, and the series'
 * number in this process, which is not.
 */
final class ResultTable {
    final Schema results;
    final int resultColumns;
    final int revision;
    final int doubles;
    final int longs;
    final int series;
    final int timeNanos;
    final int sequence;
    final int logged;
    final int seriesNumber;
    private final Schema schema;

    ResultTable(Schema results, int doubleSlots, int longSlots) {
        this.results = results;
        this.resultColumns = results.getFields().size();
        if (resultColumns < 3) {
            throw new IllegalArgumentException(
                    "results need the columns revision, published_at, published_offset at the end; got " + results);
        }
        this.revision = resultColumns - 3;
        this.doubles = resultColumns;
        this.longs = doubles + doubleSlots;
        this.series = longs + longSlots;
        this.timeNanos = series + 1;
        this.sequence = series + 2;
        this.logged = series + 3;
        this.seriesNumber = series + 3;
        List<Field> fields = new ArrayList<>(results.getFields());
        for (int i = 0; i < doubleSlots; i++) {
            fields.add(hidden("_d" + i, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
        }
        for (int i = 0; i < longSlots; i++) {
            fields.add(hidden("_l" + i, new ArrowType.Int(64, true)));
        }
        fields.add(hidden("_series", new ArrowType.Utf8()));
        fields.add(hidden("_time_nanos", new ArrowType.Int(64, true)));
        fields.add(hidden("_sequence", new ArrowType.Int(64, true)));
        fields.add(hidden("_series_number", new ArrowType.Int(32, true)));
        this.schema = new Schema(fields);
    }

    private static Field hidden(String name, ArrowType type) {
        return new Field(name, FieldType.notNullable(type), null);
    }

    /** The columns that the changelog holds. */
    Schema loggedSchema() {
        return new Schema(schema.getFields().subList(0, logged));
    }

    /** The columns that find rows. */
    OrderColumns finding() {
        return new OrderColumns(seriesNumber, timeNanos, sequence);
    }

    /** All columns. */
    Schema schema() {
        return schema;
    }

    ColumnTable open(BufferAllocator allocator) {
        return new ColumnTable(schema, allocator);
    }
}

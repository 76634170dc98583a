package io.polaroid.store.entry;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.TableView;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Entries by the row that they are in: of the table, or of a view of it. */
sealed interface EntryCells {
    int KEY = 0;
    int TIME = 1;
    int SEQUENCE = 2;
    int VALUE = 3;
    Schema SCHEMA = new Schema(List.of(
            new Field("key", FieldType.notNullable(ArrowType.Binary.INSTANCE), null),
            new Field("time", FieldType.notNullable(new ArrowType.Int(64, true)), null),
            new Field("sequence", FieldType.notNullable(new ArrowType.Int(64, true)), null),
            new Field("value", FieldType.notNullable(ArrowType.Binary.INSTANCE), null)));

    int compareBytes(int row, byte[] other);

    long time(int row);

    long sequence(int row);

    byte[] bytes(int row, int column);

    default EntryKey key(int row) {
        return new EntryKey(bytes(row, KEY), time(row), sequence(row));
    }

    default byte[] value(int row) {
        return bytes(row, VALUE);
    }

    /** Of a table that goes on changing. */
    record OfTable(ColumnTable table) implements EntryCells {
        @Override
        public int compareBytes(int row, byte[] other) {
            return table.compareBytes(row, KEY, other);
        }

        @Override
        public long time(int row) {
            return table.longAt(row, TIME);
        }

        @Override
        public long sequence(int row) {
            return table.longAt(row, SEQUENCE);
        }

        @Override
        public byte[] bytes(int row, int column) {
            return (byte[]) Objects.requireNonNull(table.valueAt(row, column));
        }
    }

    /** Of a view. */
    record OfView(TableView view) implements EntryCells {
        @Override
        public int compareBytes(int row, byte[] other) {
            return view.compareBytes(row, KEY, other);
        }

        @Override
        public long time(int row) {
            return view.longAt(row, TIME);
        }

        @Override
        public long sequence(int row) {
            return view.longAt(row, SEQUENCE);
        }

        @Override
        public byte[] bytes(int row, int column) {
            return (byte[]) Objects.requireNonNull(view.valueAt(row, column));
        }
    }
}

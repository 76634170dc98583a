package io.polaroid.bench.scan;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Trades in the columns of a store.
 *
 * @param rows the store's rows
 */
record Trades(ColumnTable rows) implements AutoCloseable {
    private static final int SERIES = 1_000;
    private static final Schema COLUMNS = new Schema(List.of(
            Field.nullable("symbol", new ArrowType.Utf8()),
            Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            Field.nullable("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            Field.nullable("size", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            Field.nullable("trade_id", new ArrowType.Int(64, true)),
            Field.nullable("_partition", new ArrowType.Int(32, true)),
            Field.nullable("_offset", new ArrowType.Int(64, true))));

    static Trades of(int count, BufferAllocator allocator) {
        var table = new ColumnTable(COLUMNS, allocator);
        int first = table.append(count);
        var numbers = new long[count];
        var prices = new long[count];
        var symbols = new String[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
            prices[i] = Double.doubleToRawLongBits(100 + i % 977 / 8.0);
            symbols[i] = "SYM" + i % SERIES;
        }
        table.setTexts(first, 0, symbols, count);
        table.setLongs(first, 1, numbers, 0, count);
        table.setLongs(first, 2, prices, 0, count);
        table.setLongs(first, 3, prices, 0, count);
        table.setLongs(first, 4, numbers, 0, count);
        table.setConstant(first, 5, 0, count);
        table.setLongs(first, 6, numbers, 0, count);
        return new Trades(table);
    }

    /**
     * The same rows as a live table.
     *
     * @param lends whether it lends its rows, or copies them for each reader
     */
    LiveTable named(String name, boolean lends) {
        return new Live(this, name, lends);
    }

    @Override
    public void close() {
        rows.close();
    }

    private record Live(Trades trades, String name, boolean lends) implements LiveTable {
        @Override
        public Result<TableScan> scan(BufferAllocator reader) {
            if (!lends) {
                return LiveTable.super.scan(reader);
            }
            var view = trades.rows().view();
            var lent = view.lend(RowRuns.first(view.rows()), COLUMNS.getFields().size(), reader);
            view.release();
            return Result.ok(new TableScan(List.of(new TableScan.Part(0, lent, 0, view.rows() - 1, Long.MIN_VALUE))));
        }

        @Override
        public Result<TableSnapshot> snapshot(BufferAllocator target) {
            var view = trades.rows().view();
            var copy = view.copy(RowRuns.first(view.rows()), COLUMNS.getFields().size(), target);
            view.release();
            return Result.ok(
                    new TableSnapshot(List.of(new TableSnapshot.Part(0, copy, 0, view.rows() - 1, Long.MIN_VALUE))));
        }

        @Override
        public Kind kind() {
            return Kind.STREAM;
        }

        @Override
        public Schema schema() {
            return COLUMNS;
        }

        @Override
        public List<String> keyColumns() {
            return List.of("symbol");
        }

        @Override
        public String timeColumn() {
            return "ts";
        }

        @Override
        public int partitions() {
            return 1;
        }
    }
}

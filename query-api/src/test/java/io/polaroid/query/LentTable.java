package io.polaroid.query;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** A live table of one partition over the columns of a store, whose rows can leave while somebody reads them. */
public final class LentTable implements LiveTable, AutoCloseable {
    private final String name;
    private final BufferAllocator allocator;
    private ColumnTable rows;

    /**
     * A table of trades.
     *
     * @param allocator of the store
     */
    public LentTable(String name, int rows, BufferAllocator allocator) {
        this.name = name;
        this.allocator = allocator.newChildAllocator("store", 0, Long.MAX_VALUE);
        this.rows = filled(rows);
    }

    private ColumnTable filled(int count) {
        var table = new ColumnTable(FakeLiveTable.TRADES, allocator);
        int first = table.append(count);
        var longs = new long[count];
        var texts = new String[count];
        for (int i = 0; i < count; i++) {
            longs[i] = i;
            texts[i] = "S" + i % 100;
        }
        table.setTexts(first, 0, texts, count);
        table.setLongs(first, 1, longs, 0, count);
        for (int i = 0; i < count; i++) {
            table.setDouble(first + i, 2, i / 2.0);
        }
        table.setLongs(first, 3, longs, 0, count);
        table.setConstant(first, 4, 0, count);
        table.setLongs(first, 5, longs, 0, count);
        return table;
    }

    /** All rows leave. */
    public void empty() {
        rows.close();
        rows = new ColumnTable(FakeLiveTable.TRADES, allocator);
    }

    @Override
    public Result<TableScan> scan(BufferAllocator reader) {
        var view = rows.view();
        var lent = view.lend(RowRuns.first(view.rows()), 6, reader);
        view.release();
        return Result.ok(new TableScan(List.of(new TableScan.Part(0, lent, 0, view.rows() - 1, Long.MIN_VALUE))));
    }

    @Override
    public Result<TableSnapshot> snapshot(BufferAllocator target) {
        var copy = rows.copy(RowRuns.first(rows.rows()), 6, target);
        return Result.ok(
                new TableSnapshot(List.of(new TableSnapshot.Part(0, copy, 0, rows.rows() - 1, Long.MIN_VALUE))));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return Kind.STREAM;
    }

    @Override
    public Schema schema() {
        return FakeLiveTable.TRADES;
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

    @Override
    public void close() {
        rows.close();
        allocator.close();
    }
}

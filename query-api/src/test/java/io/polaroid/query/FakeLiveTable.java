package io.polaroid.query;

import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.result.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A live table whose partitions are lists of rows that a test sets. */
public final class FakeLiveTable implements LiveTable {
    /** Columns of {@link #trades}. */
    public static final Schema TRADES = new Schema(List.of(
            field("symbol", new ArrowType.Utf8()),
            field("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("trade_id", new ArrowType.Int(64, true)),
            field("_partition", new ArrowType.Int(32, true)),
            field("_offset", new ArrowType.Int(64, true))));

    /** Columns of {@link #bars}. */
    public static final Schema BARS = new Schema(List.of(
            field("symbol", new ArrowType.Utf8()),
            field("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("close", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("revision", new ArrowType.Int(32, true)),
            field("published_at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("published_offset", new ArrowType.Int(64, true))));

    private record Partition(long completeFrom, long committedOffset, List<List<Object>> rows) {}

    private final String name;
    private final Kind kind;
    private final Schema schema;
    private final Map<Integer, Partition> partitions = new ConcurrentSkipListMap<>();

    private FakeLiveTable(String name, Kind kind, Schema schema) {
        this.name = name;
        this.kind = kind;
        this.schema = schema;
    }

    /** An empty stream of trades. */
    public static FakeLiveTable trades() {
        return new FakeLiveTable("trades", Kind.STREAM, TRADES);
    }

    /** An empty view of bars. */
    public static FakeLiveTable bars() {
        return new FakeLiveTable("bars_1s", Kind.VIEW, BARS);
    }

    /** An empty stream of other columns. */
    public static FakeLiveTable named(String name, Schema schema) {
        return new FakeLiveTable(name, Kind.STREAM, schema);
    }

    /** Replaces a partition. */
    public FakeLiveTable with(int partition, long completeFrom, long committedOffset, List<List<Object>> rows) {
        partitions.put(partition, new Partition(completeFrom, committedOffset, List.copyOf(rows)));
        return this;
    }

    private static Field field(String name, ArrowType type) {
        return Field.nullable(name, type);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public Schema schema() {
        return schema;
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
        return partitions.size();
    }

    @Override
    public Result<TableSnapshot> snapshot(BufferAllocator allocator) {
        var parts = new ArrayList<TableSnapshot.Part>();
        partitions.forEach((number, partition) -> parts.add(new TableSnapshot.Part(
                number,
                root(allocator, partition.rows()),
                partition.completeFrom(),
                partition.committedOffset(),
                Long.MIN_VALUE)));
        return Result.ok(new TableSnapshot(parts));
    }

    private VectorSchemaRoot root(BufferAllocator allocator, List<List<Object>> rows) {
        var root = VectorSchemaRoot.create(schema, allocator);
        root.allocateNew();
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                set(root.getVector(column), row, rows.get(row).get(column));
            }
        }
        root.setRowCount(rows.size());
        return root;
    }

    private static void set(FieldVector vector, int row, Object cell) {
        switch (cell) {
            case String text when text.equals("null") -> vector.setNull(row);
            case String text -> ((VarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
            case Integer number -> ((IntVector) vector).setSafe(row, number);
            case Double number -> ((Float8Vector) vector).setSafe(row, number);
            case Long number when vector instanceof TimeStampVector times -> times.setSafe(row, number);
            case Long number -> ((BigIntVector) vector).setSafe(row, number);
            default -> throw new IllegalArgumentException(cell.toString());
        }
    }
}

package io.polaroid.store.result;

import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Columns of the view that the tests use: symbol, ts, close, status, revision, published_at, published_offset. */
public final class Results {
    /** Result columns. */
    public static final Schema SCHEMA = new Schema(List.of(
            field("symbol", new ArrowType.Utf8()),
            field("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("close", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("status", new ArrowType.Utf8()),
            field("revision", new ArrowType.Int(32, true)),
            field("published_at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("published_offset", new ArrowType.Int(64, true))));

    public static final int DOUBLES = 2;
    public static final int LONGS = 3;

    private Results() {}

    private static Field field(String name, ArrowType type) {
        return new Field(name, FieldType.nullable(type), null);
    }
}

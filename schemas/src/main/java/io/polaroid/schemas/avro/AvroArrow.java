package io.polaroid.schemas.avro;

import io.polaroid.schemas.avro.AvroLayout.Kind;
import io.polaroid.schemas.avro.AvroLayout.Leaf;
import io.polaroid.timeseries.result.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.avro.Schema;

/**
 * The one mapping between Avro record schemas and Arrow schemas.
 *
 * <p>Primitives map to their Arrow twins; a union with null makes a column nullable; {@code timestamp-millis/-micros/-nanos}
 * become {@code Timestamp(unit, UTC)} and their {@code local-} forms {@code Timestamp(unit)}; {@code date} becomes
 * {@code Date(DAY)}, {@code decimal} {@code Decimal128}, enum {@code Utf8}, bytes and fixed {@code Binary}. Other logical types
 * count as what they are stored as. The fields of a nested record become columns {@code record.field}, nullable where any
 * record on the way is. Arrays, maps, recursive records and other unions have no column type.
 *
 * <p>Avro doc and the definitions of enum and fixed travel as Arrow metadata ({@link #DOC}, {@link #TYPE}), so that they
 * survive the way there and back.
 */
public final class AvroArrow {
    /** Metadata key of an Avro doc, on a schema or a field. */
    public static final String DOC = "doc";

    /** Metadata key of a field's Avro type as JSON, where the Arrow type alone does not tell it. */
    public static final String TYPE = "avro.type";

    private AvroArrow() {}

    /** The Arrow schema of an Avro record schema, or {@code INVALID_CONFIG} naming the field that has no mapping. */
    public static Result<org.apache.arrow.vector.types.pojo.Schema> toArrow(Schema avro) {
        return AvroLayout.of(avro).map(layout -> arrowOf(avro, layout));
    }

    /**
     * The Avro record schema of an Arrow schema, or {@code INVALID_CONFIG} naming the field that has no mapping. Columns
     * {@code a.b} that stand together become a nested record; whole numbers of 8 and 16 bits become {@code int}; a timestamp
     * of any zone is the same instant in UTC.
     */
    public static Result<Schema> toAvro(org.apache.arrow.vector.types.pojo.Schema arrow, String fullName) {
        return ArrowToAvro.convert(arrow, fullName);
    }

    static org.apache.arrow.vector.types.pojo.Schema arrowOf(Schema avro, AvroLayout layout) {
        List<Field> fields = layout.columns().stream().map(AvroArrow::field).toList();
        return new org.apache.arrow.vector.types.pojo.Schema(
                fields, avro.getDoc() == null ? Map.of() : Map.of(DOC, avro.getDoc()));
    }

    private static Field field(Leaf leaf) {
        var metadata = new LinkedHashMap<String, String>();
        if (!leaf.doc().isEmpty()) {
            metadata.put(DOC, leaf.doc());
        }
        if (leaf.kind() instanceof Kind.Symbol || leaf.type().getType() == Schema.Type.FIXED) {
            metadata.put(TYPE, leaf.type().toString());
        }
        return new Field(leaf.path(), new FieldType(leaf.nullable(), arrowType(leaf.kind()), null, metadata), null);
    }

    static ArrowType arrowType(Kind kind) {
        return switch (kind) {
            case Kind.Whole whole -> new ArrowType.Int(whole.bits(), true);
            case Kind.Floating floating ->
                new ArrowType.FloatingPoint(
                        floating.single() ? FloatingPointPrecision.SINGLE : FloatingPointPrecision.DOUBLE);
            case Kind.Bool bool -> ArrowType.Bool.INSTANCE;
            case Kind.Text text -> ArrowType.Utf8.INSTANCE;
            case Kind.Symbol symbol -> ArrowType.Utf8.INSTANCE;
            case Kind.Bytes bytes -> ArrowType.Binary.INSTANCE;
            case Kind.Decimal decimal -> new ArrowType.Decimal(decimal.precision(), decimal.scale(), 128);
            case Kind.Date date -> new ArrowType.Date(DateUnit.DAY);
            case Kind.Timestamp time ->
                time.utc() ? new ArrowType.Timestamp(time.unit(), "UTC") : new ArrowType.Timestamp(time.unit(), null);
        };
    }
}

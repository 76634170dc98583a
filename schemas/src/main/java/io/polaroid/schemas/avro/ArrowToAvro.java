package io.polaroid.schemas.avro;

import io.polaroid.schemas.avro.AvroLayout.Unmappable;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The way from Arrow to Avro schemas; see {@link AvroArrow#toAvro}. */
final class ArrowToAvro {
    private final Set<String> named = new HashSet<>();

    private ArrowToAvro() {}

    static Result<Schema> convert(org.apache.arrow.vector.types.pojo.Schema arrow, String fullName) {
        try {
            String doc = arrow.getCustomMetadata() == null
                    ? null
                    : arrow.getCustomMetadata().get(AvroArrow.DOC);
            Schema avro = new ArrowToAvro().nest(arrow.getFields(), 0, fullName, "");
            return Result.ok(
                    doc == null
                            ? avro
                            : Schema.createRecord(avro.getName(), doc, avro.getNamespace(), false, copy(avro)));
        } catch (Unmappable | AvroRuntimeException e) {
            return Result.err(ProblemCode.INVALID_CONFIG, String.valueOf(e.getMessage()));
        }
    }

    private static List<Schema.Field> copy(Schema record) {
        return record.getFields().stream()
                .map(field -> new Schema.Field(field, field.schema()))
                .toList();
    }

    /** The record of columns that share a path prefix of {@code depth} characters. */
    private Schema nest(List<Field> columns, int depth, String fullName, String path) {
        var fields = new ArrayList<Schema.Field>();
        var seen = new HashSet<String>();
        for (int i = 0; i < columns.size(); ) {
            Field column = columns.get(i);
            String rest = column.getName().substring(depth);
            int dot = rest.indexOf('.');
            String name = dot < 0 ? rest : rest.substring(0, dot);
            if (!seen.add(name)) {
                throw new Unmappable("columns of " + path + name + " do not stand together, so they are no record of"
                        + " Avro; put them side by side or rename them");
            }
            if (dot < 0) {
                fields.add(field(name, column));
                i++;
                continue;
            }
            String prefix = column.getName().substring(0, depth + dot + 1);
            int end = i;
            while (end < columns.size() && columns.get(end).getName().startsWith(prefix)) {
                end++;
            }
            fields.add(new Schema.Field(
                    name, nest(columns.subList(i, end), prefix.length(), fullName + "_" + name, prefix)));
            i = end;
        }
        return record(fullName, fields);
    }

    private static Schema record(String fullName, List<Schema.Field> fields) {
        int dot = fullName.lastIndexOf('.');
        return Schema.createRecord(
                fullName.substring(dot + 1), null, dot < 0 ? null : fullName.substring(0, dot), false, fields);
    }

    private Schema.Field field(String name, Field column) {
        Schema type = type(column);
        String doc = column.getMetadata() == null ? null : column.getMetadata().get(AvroArrow.DOC);
        try {
            return column.isNullable()
                    ? new Schema.Field(
                            name,
                            Schema.createUnion(Schema.create(Schema.Type.NULL), type),
                            doc,
                            JsonProperties.NULL_VALUE)
                    : new Schema.Field(name, type, doc);
        } catch (AvroRuntimeException e) {
            throw new Unmappable("column " + column.getName() + ": " + e.getMessage());
        }
    }

    private Schema type(Field column) {
        if (column.getDictionary() != null) {
            throw unmappable(column, "is dictionary-encoded; decode it first");
        }
        String declared =
                column.getMetadata() == null ? null : column.getMetadata().get(AvroArrow.TYPE);
        if (declared != null) {
            Schema type = declared(column, declared);
            if (AvroArrow.arrowType(AvroLayout.kindOf(type, column.getName())).equals(column.getType())
                    && named.add(type.getFullName())) {
                return type;
            }
        }
        return plain(column);
    }

    private static Schema declared(Field column, String json) {
        try {
            return new Schema.Parser().parse(json);
        } catch (AvroRuntimeException e) {
            throw unmappable(column, "has metadata " + AvroArrow.TYPE + " that is no Avro type: " + e.getMessage());
        }
    }

    private static Schema plain(Field column) {
        return switch (column.getType()) {
            case ArrowType.Int whole -> whole(column, whole);
            case ArrowType.FloatingPoint floating ->
                Schema.create(
                        floating.getPrecision() == FloatingPointPrecision.DOUBLE
                                ? Schema.Type.DOUBLE
                                : Schema.Type.FLOAT);
            case ArrowType.Bool bool -> Schema.create(Schema.Type.BOOLEAN);
            case ArrowType.Utf8 text -> Schema.create(Schema.Type.STRING);
            case ArrowType.LargeUtf8 text -> Schema.create(Schema.Type.STRING);
            case ArrowType.Utf8View text -> Schema.create(Schema.Type.STRING);
            case ArrowType.Binary bytes -> Schema.create(Schema.Type.BYTES);
            case ArrowType.LargeBinary bytes -> Schema.create(Schema.Type.BYTES);
            case ArrowType.BinaryView bytes -> Schema.create(Schema.Type.BYTES);
            case ArrowType.FixedSizeBinary bytes -> Schema.create(Schema.Type.BYTES);
            case ArrowType.Decimal decimal -> decimal(column, decimal);
            case ArrowType.Date date -> {
                if (date.getUnit() != DateUnit.DAY) {
                    throw unmappable(column, "is a date in milliseconds; cast it to a date in days");
                }
                yield LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
            }
            case ArrowType.Timestamp time -> timestamp(column, time);
            default -> throw unmappable(column, "is " + column.getType() + ", which has no Avro type here");
        };
    }

    private static Schema whole(Field column, ArrowType.Int whole) {
        if (whole.getBitWidth() == 64 && !whole.getIsSigned()) {
            throw unmappable(column, "is an unsigned 64-bit number, which Avro has not; cast it to a signed one");
        }
        boolean fitsInt = whole.getBitWidth() < 32 || whole.getBitWidth() == 32 && whole.getIsSigned();
        return Schema.create(fitsInt ? Schema.Type.INT : Schema.Type.LONG);
    }

    private static Schema decimal(Field column, ArrowType.Decimal decimal) {
        if (decimal.getPrecision() > 38 || decimal.getScale() < 0) {
            throw unmappable(column, "is " + decimal + "; precision goes to 38 and scale is not negative");
        }
        return LogicalTypes.decimal(decimal.getPrecision(), decimal.getScale())
                .addToSchema(Schema.create(Schema.Type.BYTES));
    }

    private static Schema timestamp(Field column, ArrowType.Timestamp time) {
        boolean utc = time.getTimezone() != null;
        LogicalType logical = switch (time.getUnit()) {
            case SECOND -> throw unmappable(column, "is a timestamp in seconds, which Avro has not; use milliseconds");
            case MILLISECOND -> utc ? LogicalTypes.timestampMillis() : LogicalTypes.localTimestampMillis();
            case MICROSECOND -> utc ? LogicalTypes.timestampMicros() : LogicalTypes.localTimestampMicros();
            case NANOSECOND -> utc ? LogicalTypes.timestampNanos() : LogicalTypes.localTimestampNanos();
        };
        return logical.addToSchema(Schema.create(Schema.Type.LONG));
    }

    private static Unmappable unmappable(Field column, String why) {
        return new Unmappable("column " + column.getName() + " " + why);
    }
}

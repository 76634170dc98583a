package io.polaroid.schemas.arrow;

import io.polaroid.schemas.avro.AvroArrow;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.avro.Schema;

/** A column of a stream: what it takes of what a writer may write for it. */
final class StreamColumn {
    private final org.apache.arrow.vector.types.pojo.Field field;
    private final Set<String> symbols;
    private final int fixedSize;

    /** Texts that were seen, whoever wrote them. */
    private final TextPool pool = new TextPool();

    StreamColumn(org.apache.arrow.vector.types.pojo.Field field) {
        this.field = field;
        Optional<Schema> avro = Optional.ofNullable(field.getMetadata().get(AvroArrow.TYPE))
                .map(json -> new Schema.Parser().parse(json));
        this.symbols = avro.filter(type -> type.getType() == Schema.Type.ENUM)
                .map(type -> Set.copyOf(new HashSet<>(type.getEnumSymbols())))
                .orElse(Set.of());
        this.fixedSize = avro.filter(type -> type.getType() == Schema.Type.FIXED)
                .map(Schema::getFixedSize)
                .orElse(-1);
    }

    String name() {
        return field.getName();
    }

    boolean isNullable() {
        return field.isNullable();
    }

    Cells cells() {
        return switch (field.getType()) {
            case ArrowType.FloatingPoint type -> new Cells(true, true);
            case ArrowType.Int type -> new Cells(true, false);
            case ArrowType.Timestamp type -> new Cells(true, false);
            case ArrowType.Date type -> new Cells(true, false);
            default -> new Cells(false, false);
        };
    }

    /** The type that a column has in rows, if they can have it. */
    static Optional<ArrowType> typeFor(ArrowType written) {
        return switch (written) {
            case ArrowType.Int type when type.getBitWidth() < 32 -> Optional.of(new ArrowType.Int(32, true));
            case ArrowType.Int type when type.getIsSigned() -> Optional.of(type);
            case ArrowType.Int type when type.getBitWidth() == 32 -> Optional.of(new ArrowType.Int(64, true));
            case ArrowType.FloatingPoint type
            when type.getPrecision() != FloatingPointPrecision.HALF -> Optional.of(type);
            case ArrowType.Date type when type.getUnit() == DateUnit.DAY -> Optional.of(type);
            case ArrowType.Decimal type when type.getBitWidth() == 128 -> Optional.of(type);
            case ArrowType.Timestamp type -> Optional.of(type);
            case ArrowType.Bool type -> Optional.of(type);
            case ArrowType.Utf8 type -> Optional.of(type);
            case ArrowType.LargeUtf8 type -> Optional.of(ArrowType.Utf8.INSTANCE);
            case ArrowType.Binary type -> Optional.of(type);
            case ArrowType.LargeBinary type -> Optional.of(ArrowType.Binary.INSTANCE);
            case ArrowType.FixedSizeBinary type -> Optional.of(ArrowType.Binary.INSTANCE);
            default -> Optional.empty();
        };
    }

    ColumnReader absent(boolean isThere) {
        if (!isNullable()) {
            throw NoBatch.wrongType("column " + name() + (isThere ? " has the type null" : " is missing") + "; it is "
                    + field.getType() + " and must not be null");
        }
        return new ColumnReader.Absent();
    }

    /** A reader of a writer's column as this one. */
    ColumnReader reader(Field written) {
        ArrowType type = ArrowType.getTypeForField(written);
        if (written.dictionary() != null) {
            return dictionary(written, type);
        }
        return plain(type).orElseThrow(() -> unlike(type.toString()));
    }

    private ColumnReader dictionary(Field written, ArrowType texts) {
        var index = written.dictionary().indexType();
        if (!(text(texts).orElseThrow(() -> unlike("a dictionary of " + texts)) instanceof ColumnReader.Text text)) {
            throw unlike("a dictionary of " + texts);
        }
        int bits = index == null ? 32 : index.bitWidth();
        if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
            throw NoBatch.malformed("the dictionary of " + name() + " has numbers of " + bits + " bits");
        }
        var indexes = new ColumnReader.Whole(name(), bits / 8, index == null || index.isSigned(), 1);
        return new Dictionary(name(), indexes, text);
    }

    private Optional<ColumnReader> plain(ArrowType written) {
        return switch (field.getType()) {
            case ArrowType.Int own -> whole(own, written);
            case ArrowType.FloatingPoint own -> floating(own, written);
            case ArrowType.Timestamp own -> timestamp(own, written);
            case ArrowType.Date own ->
                own.equals(written) ? Optional.of(new ColumnReader.Whole(name(), 4, true, 1)) : Optional.empty();
            case ArrowType.Bool own ->
                written instanceof ArrowType.Bool ? Optional.of(new ColumnReader.Bool()) : Optional.empty();
            case ArrowType.Utf8 own -> text(written);
            case ArrowType.Binary own -> binary(written);
            case ArrowType.Decimal own ->
                written instanceof ArrowType.Decimal decimal
                                && decimal.getBitWidth() == 128
                                && decimal.getScale() == own.getScale()
                        ? Optional.of(new ColumnReader.Decimal(name(), own.getPrecision(), own.getScale()))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<ColumnReader> whole(ArrowType.Int own, ArrowType written) {
        if (!(written instanceof ArrowType.Int type)
                || type.getBitWidth() > own.getBitWidth()
                || !type.getIsSigned() && type.getBitWidth() == own.getBitWidth()) {
            return Optional.empty();
        }
        return switch (type.getBitWidth()) {
            case 8, 16, 32, 64 ->
                Optional.of(new ColumnReader.Whole(name(), type.getBitWidth() / 8, type.getIsSigned(), 1));
            default -> Optional.empty();
        };
    }

    private static Optional<ColumnReader> floating(ArrowType.FloatingPoint own, ArrowType written) {
        if (!(written instanceof ArrowType.FloatingPoint type)
                || type.getPrecision() == FloatingPointPrecision.HALF
                || type.getPrecision() == FloatingPointPrecision.DOUBLE
                        && own.getPrecision() == FloatingPointPrecision.SINGLE) {
            return Optional.empty();
        }
        return Optional.of(new ColumnReader.Floating(type.getPrecision() == FloatingPointPrecision.SINGLE));
    }

    /** An instant of any zone for an instant, a local time for a local time; a coarser unit is as good. */
    private Optional<ColumnReader> timestamp(ArrowType.Timestamp own, ArrowType written) {
        if (!(written instanceof ArrowType.Timestamp type)
                || hasZone(type) != hasZone(own)
                || perSecond(type.getUnit()) > perSecond(own.getUnit())) {
            return Optional.empty();
        }
        long factor = perSecond(own.getUnit()) / perSecond(type.getUnit());
        return Optional.of(new ColumnReader.Whole(name(), 8, true, factor));
    }

    private static boolean hasZone(ArrowType.Timestamp type) {
        return type.getTimezone() != null && !type.getTimezone().isEmpty();
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
    }

    private Optional<ColumnReader> text(ArrowType written) {
        if (!(field.getType() instanceof ArrowType.Utf8)) {
            return Optional.empty();
        }
        return switch (written) {
            case ArrowType.Utf8 type -> Optional.of(new ColumnReader.Text(name(), false, pool, symbols));
            case ArrowType.LargeUtf8 type -> Optional.of(new ColumnReader.Text(name(), true, pool, symbols));
            default -> Optional.empty();
        };
    }

    private Optional<ColumnReader> binary(ArrowType written) {
        return switch (written) {
            case ArrowType.Binary type -> Optional.of(new ColumnReader.AnyBytes(name(), false, fixedSize));
            case ArrowType.LargeBinary type -> Optional.of(new ColumnReader.AnyBytes(name(), true, fixedSize));
            case ArrowType.FixedSizeBinary type
            when type.getByteWidth() >= 0 && (fixedSize < 0 || fixedSize == type.getByteWidth()) ->
                Optional.of(new ColumnReader.FixedBytes(type.getByteWidth()));
            default -> Optional.empty();
        };
    }

    private NoBatch unlike(String written) {
        return NoBatch.wrongType("column " + name() + " is " + written + "; the stream's is " + field.getType()
                + ", cast it before it is sent");
    }
}

package io.polaroid.schemas.avro;

import io.polaroid.schemas.avro.AvroLayout.Kind;
import io.polaroid.schemas.avro.AvroLayout.Leaf;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;

/** One column: from the writer's type to the cell of the reader's. Promotions are Avro's. */
final class LeafSteps {
    private LeafSteps() {}

    static Step of(Schema writer, Leaf leaf) {
        return switch (leaf.kind()) {
            case Kind.Whole whole -> whole(writer, leaf, 1);
            case Kind.Date date -> whole(writer, leaf, 1);
            case Kind.Timestamp time -> timestamp(writer, leaf, time);
            case Kind.Floating floating -> floating(writer, leaf, floating.single());
            case Kind.Bool bool -> bool(leaf);
            case Kind.Text text -> text(leaf);
            case Kind.Symbol symbol -> impossible(writer, leaf);
            case Kind.Bytes bytes -> bytes(writer, leaf);
            case Kind.Decimal decimal -> decimal(writer, leaf, decimal);
        };
    }

    private static Step whole(Schema writer, Leaf leaf, long factor) {
        int column = leaf.column();
        if (writer.getType() == Schema.Type.INT) {
            return (in, cells) -> cells.setLong(column, in.readInt() * factor);
        }
        if (writer.getType() != Schema.Type.LONG) {
            return impossible(writer, leaf);
        }
        if (factor == 1) {
            return (in, cells) -> cells.setLong(column, in.readLong());
        }
        return (in, cells) -> {
            long value = in.readLong();
            long scaled = value * factor;
            if (scaled / factor != value) {
                throw MalformedBytes.malformed(
                        "field " + leaf.path() + ": time " + value + " is beyond what a finer time unit can hold");
            }
            cells.setLong(column, scaled);
        };
    }

    /** Avro looks past logical types; a factor of a thousand between times is too much to look past. */
    private static Step timestamp(Schema writer, Leaf leaf, Kind.Timestamp reader) {
        if (!(AvroLayout.kindOf(writer, leaf.path()) instanceof Kind.Timestamp written)) {
            return whole(writer, leaf, 1);
        }
        if (written.utc() != reader.utc()) {
            return Step.failing("field " + leaf.path() + ": one of writer and reader has a local time");
        }
        long factor = perSecond(reader.unit()) / perSecond(written.unit());
        return factor == 0
                ? Step.failing("field " + leaf.path() + ": writer has times in " + written.unit()
                        + ", which are finer than the reader's " + reader.unit())
                : whole(writer, leaf, factor);
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
    }

    /** A single-precision reader rounds whole numbers to its precision, as Avro's does. */
    private static Step floating(Schema writer, Leaf leaf, boolean single) {
        int column = leaf.column();
        return switch (writer.getType()) {
            case INT ->
                single
                        ? (in, cells) -> cells.setDouble(column, (double) (float) in.readInt())
                        : (in, cells) -> cells.setDouble(column, (double) in.readInt());
            case LONG ->
                single
                        ? (in, cells) -> cells.setDouble(column, (double) (float) in.readLong())
                        : (in, cells) -> cells.setDouble(column, (double) in.readLong());
            case FLOAT -> (in, cells) -> cells.setDouble(column, (double) in.readFloat());
            case DOUBLE -> (in, cells) -> cells.setDouble(column, in.readDouble());
            default -> impossible(writer, leaf);
        };
    }

    private static Step bool(Leaf leaf) {
        int column = leaf.column();
        return (in, cells) -> cells.set(column, in.readBoolean());
    }

    private static Step text(Leaf leaf) {
        int column = leaf.column();
        return (in, cells) -> in.readText(cells, column);
    }

    private static Step bytes(Schema writer, Leaf leaf) {
        int column = leaf.column();
        if (writer.getType() == Schema.Type.FIXED) {
            int size = writer.getFixedSize();
            return (in, cells) -> cells.set(column, in.readFixed(size));
        }
        return (in, cells) -> cells.set(column, in.readBytes());
    }

    private static Step decimal(Schema writer, Leaf leaf, Kind.Decimal reader) {
        if (writer.getLogicalType() instanceof LogicalTypes.Decimal written && written.getScale() != reader.scale()) {
            return Step.failing("field " + leaf.path() + ": writer has decimals of scale " + written.getScale()
                    + ", reader of scale " + reader.scale());
        }
        int column = leaf.column();
        int size = writer.getType() == Schema.Type.FIXED ? writer.getFixedSize() : -1;
        return (in, cells) -> cells.set(column, decimalOf(size < 0 ? in.readBytes() : in.readFixed(size), leaf, reader));
    }

    private static BigDecimal decimalOf(byte[] bytes, Leaf leaf, Kind.Decimal type) {
        // 16 bytes hold 38 digits; leading sign bytes may make it a little more.
        if (bytes.length == 0 || bytes.length > 64) {
            throw MalformedBytes.malformed("field " + leaf.path() + ": a decimal is " + bytes.length + " bytes long");
        }
        var decimal = new BigDecimal(new BigInteger(bytes), type.scale());
        if (decimal.precision() > type.precision()) {
            throw MalformedBytes.malformed(
                    "field " + leaf.path() + ": " + decimal + " has more than " + type.precision() + " digits");
        }
        return decimal;
    }

    private static Step impossible(Schema writer, Leaf leaf) {
        return Step.failing("field " + leaf.path() + ": writer has "
                + writer.getType().getName() + ", reader has "
                + leaf.type().getType().getName());
    }

    /** The cell of a default as Avro's generic data has it. */
    static Object cellOf(Object value, Leaf leaf) {
        return switch (leaf.kind()) {
            case Kind.Whole whole -> ((Number) value).longValue();
            case Kind.Date date -> ((Number) value).longValue();
            case Kind.Timestamp time -> ((Number) value).longValue();
            case Kind.Floating floating -> ((Number) value).doubleValue();
            case Kind.Bool bool -> value;
            case Kind.Text text -> value.toString();
            case Kind.Symbol symbol -> value.toString();
            case Kind.Bytes bytes -> bytesOf(value);
            case Kind.Decimal decimal -> decimalOf(bytesOf(value), leaf, decimal);
        };
    }

    private static byte[] bytesOf(Object value) {
        return switch (value) {
            case GenericFixed fixed -> fixed.bytes();
            case ByteBuffer buffer -> {
                var bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield bytes;
            }
            default -> value.toString().getBytes(StandardCharsets.ISO_8859_1);
        };
    }
}

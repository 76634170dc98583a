package io.polaroid.schemas.stream;

import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of an input, a stream or a view, found in its Arrow schema.
 *
 * @param schema Arrow schema of the rows
 * @param key positions of the key columns
 * @param time position of the time column
 * @param unit unit of the time column
 * @param id position of the feed's id, if declared
 * @param identity what tells rows apart
 */
public record StreamColumns(
        Schema schema, List<Integer> key, int time, TimeUnit unit, OptionalInt id, RowIdentity identity) {
    private static final String ROW_OFFSET = "row_offset";
    private static final String WITHDRAWN = "withdrawn";

    public StreamColumns {
        key = List.copyOf(key);
    }

    /** Finds the columns that a stream names, or says which one is missing or of a wrong type. */
    public static Result<StreamColumns> of(StreamDeclaration stream) {
        return AvroArrow.toArrow(stream.schema()).flatMap(schema -> find(stream, schema));
    }

    /**
     * What other views see of a view's results: all columns but {@code revision} and the two after it.
     *
     * @param results the view's result schema
     * @param root the columns of the stream that the view goes back to; its key and time columns have kept their names
     */
    public static StreamColumns ofView(Schema results, StreamColumns root) {
        var visible =
                new Schema(results.getFields().subList(0, results.getFields().size() - 3));
        var key = root.keyFields().stream()
                .map(field -> position(visible, field.getName()).orElseThrow())
                .toList();
        int time = position(visible, root.timeField().getName()).orElseThrow();
        var rowOffset = position(visible, ROW_OFFSET);
        // Views put it last; a column of this name elsewhere is one of the user's.
        int last = visible.getFields().size() - 1;
        var withdrawn = visible.getFields().get(last).getName().equals(WITHDRAWN)
                        && !visible.getFields().get(last).isNullable()
                ? OptionalInt.of(last)
                : OptionalInt.empty();
        var identity = rowOffset.isPresent()
                ? new RowIdentity.PerRow(rowOffset.getAsInt(), withdrawn)
                : new RowIdentity.OnePerTime(withdrawn);
        return new StreamColumns(visible, key, time, root.unit(), OptionalInt.empty(), identity);
    }

    /** The columns that a join takes over: all but the number that tells a view's results apart, and whether one is withdrawn. */
    public List<Integer> joined() {
        return java.util.stream.IntStream.range(0, schema.getFields().size())
                .filter(column -> !(identity instanceof RowIdentity.PerRow row && row.column() == column))
                .filter(column -> identity.withdrawn().orElse(-1) != column)
                .boxed()
                .toList();
    }

    /** Event time of a row, ns since 1970 UTC. */
    public long timeNanos(Row row) {
        return TimeUnits.toNanos(row.longAt(time), unit);
    }

    /** The key column fields. */
    public List<Field> keyFields() {
        return key.stream().map(schema.getFields()::get).toList();
    }

    /** The time column field. */
    public Field timeField() {
        return schema.getFields().get(time);
    }

    private static Result<StreamColumns> find(StreamDeclaration stream, Schema schema) {
        var key = new ArrayList<Integer>();
        for (String name : stream.key()) {
            var position = position(schema, name);
            if (position.isEmpty()) {
                return missing(stream, "key", name);
            }
            key.add(position.getAsInt());
        }
        var time = position(schema, stream.time());
        if (time.isEmpty()) {
            return missing(stream, "time", stream.time());
        }
        if (!(schema.getFields().get(time.getAsInt()).getType() instanceof ArrowType.Timestamp timestamp)) {
            return Result.err(
                    ProblemCode.INVALID_CONFIG,
                    "stream " + stream.name() + ": time column " + stream.time()
                            + " is not a timestamp; give it the logical type timestamp-millis, -micros or -nanos");
        }
        var id = stream.id().map(name -> position(schema, name)).orElse(OptionalInt.empty());
        if (stream.id().isPresent() && id.isEmpty()) {
            return missing(stream, "id", stream.id().orElseThrow());
        }
        return Result.ok(
                new StreamColumns(schema, key, time.getAsInt(), timestamp.getUnit(), id, new RowIdentity.EachRecord()));
    }

    private static OptionalInt position(Schema schema, String name) {
        for (int i = 0; i < schema.getFields().size(); i++) {
            if (schema.getFields().get(i).getName().equals(name)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    private static <T> Result<T> missing(StreamDeclaration stream, String role, String name) {
        var columns = stream.schema().getFields().stream()
                .map(org.apache.avro.Schema.Field::name)
                .toList();
        return Result.err(
                ProblemCode.UNKNOWN_COLUMN,
                "stream " + stream.name() + " has no " + role + " column " + name + "; it has " + columns);
    }
}

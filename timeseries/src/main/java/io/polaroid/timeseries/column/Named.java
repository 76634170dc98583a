package io.polaroid.timeseries.column;

import io.polaroid.timeseries.result.NearestName;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Finds columns by name. */
public final class Named {
    private static final int MOST_SHOWN = 20;

    private Named() {}

    /** Position of a column, or {@code UNKNOWN_COLUMN} that says which was meant, or which there are. */
    public static Result<Integer> index(Schema schema, String name) {
        List<Field> fields = schema.getFields();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).getName().equals(name)) {
                return Result.ok(i);
            }
        }
        String near = NearestName.hint(name, fields.stream().map(Field::getName).toList());
        if (!near.isEmpty()) {
            return Result.err(ProblemCode.UNKNOWN_COLUMN, "unknown column '" + name + "'" + near);
        }
        String known = fields.stream().limit(MOST_SHOWN).map(Field::getName).collect(Collectors.joining(", "));
        return Result.err(
                ProblemCode.UNKNOWN_COLUMN,
                "unknown column '" + name + "'; there are " + (known.isEmpty() ? "none" : known)
                        + (fields.size() > MOST_SHOWN ? ", …" : ""));
    }

    /** Positions of columns in the order asked for, or {@code UNKNOWN_COLUMN}. */
    public static Result<List<Integer>> indexes(Schema schema, List<String> names) {
        var found = new ArrayList<Integer>();
        for (String name : names) {
            switch (index(schema, name)) {
                case Result.Ok<Integer> ok -> found.add(ok.value());
                case Result.Err<Integer> err -> {
                    return Result.err(err.problem());
                }
            }
        }
        return Result.ok(List.copyOf(found));
    }
}

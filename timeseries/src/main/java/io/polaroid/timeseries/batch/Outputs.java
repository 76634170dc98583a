package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns of a result. */
final class Outputs {
    static final String LOWER = "_lower_boundary";
    static final String UPPER = "_upper_boundary";

    private Outputs() {}

    /** The schema of these columns, or {@code INVALID_PLAN} if two have one name. */
    static Result<Schema> schema(List<Field> fields) {
        Set<String> names = new HashSet<>();
        for (Field field : fields) {
            if (!names.add(field.getName())) {
                return Result.err(
                        ProblemCode.INVALID_PLAN,
                        "two columns of the result are named '" + field.getName() + "'; name an aggregate otherwise");
            }
        }
        return Result.ok(new Schema(fields));
    }

    /** What is said where times leave 64 bits. */
    static <T> Result<T> beyondTime(String time) {
        return Result.err(
                ProblemCode.INVALID_ARGUMENT,
                "column '" + time + "' has times whose windows lie outside of what 64 bits of its unit hold");
    }
}

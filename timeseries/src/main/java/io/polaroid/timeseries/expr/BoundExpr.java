package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.row.Row;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** An expression typed against a schema; it takes rows of that schema. Safe for use by several threads. */
public interface BoundExpr {
    /** The type of its values; {@code ArrowType.Null} for an expression that is always null. */
    ArrowType type();

    /** Its value for a row, boxed as {@link Row#valueAt} boxes cells. */
    @Nullable
    Object evaluate(Row row);

    /**
     * Whether {@link #isNull}, {@link #doubleAt} and {@link #longAt} read cells without boxing; else each of them costs one
     * {@link #evaluate}.
     */
    boolean isDirect();

    /** Whether its value is null. */
    boolean isNull(Row row);

    /** A numeric value as a double; undefined where null. */
    double doubleAt(Row row);

    /** A value of type Int, Timestamp or Date; undefined where null. */
    long longAt(Row row);
}

package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Puts the next value of the series in place of nulls.
 *
 * <p><b>Shape</b> row for row; columns of any type keep it. <br><b>Order</b> of the table. <br><b>Nulls</b> without a value after them
 * stay, as do those beyond the limit; NaN is a value. <br><b>Cost</b> O(n). <br><b>Source</b> Polars {@code backward_fill(limit).over(keys)}.
 *
 * @param limit how many nulls in a row are filled at most; {@link Integer#MAX_VALUE} for all
 * @param over key columns of the series
 * @param targets which columns
 */
public record FillBackward(int limit, List<String> over, List<Target> targets) implements BatchOperator {
    public FillBackward {
        if (limit < 0) {
            throw new IllegalArgumentException("limit is " + limit + "; a number of rows is not negative");
        }
        over = List.copyOf(over);
        targets = List.copyOf(targets);
    }

    /** Fills all nulls that can be filled. */
    public static FillBackward of(List<String> over, List<Target> targets) {
        return new FillBackward(Integer.MAX_VALUE, over, targets);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        String limited = limit == Integer.MAX_VALUE ? "" : " up to " + limit + " rows";
        return PerColumn.title("fill backward" + limited, targets, over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return PerColumn.schema(inputs, over, targets, field -> field);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return PerColumn.apply(
                this,
                inputs,
                over,
                targets,
                allocator,
                (column, groups) -> Computed.rows(column.vector(), Nearby.after(column, groups, limit)));
    }
}

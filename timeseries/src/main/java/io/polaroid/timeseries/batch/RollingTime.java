package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.TableAggregates;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Aggregates the rows in a window of time of each row.
 *
 * <p><b>Shape</b> {@code n×p} → {@code n×(keys + 1 + aggregates)}: the keys, the index column, the aggregates; series after series in
 * the order of their keys ({@link GroupOrder}), without keys in the order of the table. <br><b>Order</b> times ascend within each
 * series; rows of equal time share one window, also with rows that come after them. <br><b>Nulls</b> none in the index column; a
 * null key is a key; aggregates as {@link TableAggregates} has them. <br><b>Cost</b> O(n) for count, sum, mean, min, max, std, var and
 * vwap and what is made of these, O(n log n) for median and quantile, O(rows in all windows) if another aggregate is among them.
 * <br><b>Source</b> Polars {@code rolling(index_column, period, offset, closed, group_by).agg(…)}.
 *
 * @param indexColumn times, dates or whole numbers
 * @param period how long a window is
 * @param offset from a row's time to where its window starts; {@code -period} for one that ends at the row
 * @param closed which ends belong to it
 * @param groupBy key columns of the series
 * @param aggregates output name to aggregate expression
 */
public record RollingTime(
        String indexColumn,
        Span period,
        Span offset,
        Closed closed,
        List<String> groupBy,
        SequencedMap<String, String> aggregates)
        implements ParallelOperator {
    public RollingTime {
        groupBy = List.copyOf(groupBy);
        aggregates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(aggregates));
    }

    /** The window {@code (t - period, t]} of each row. */
    public static RollingTime of(
            String indexColumn, Span period, List<String> groupBy, SequencedMap<String, String> aggregates) {
        return new RollingTime(indexColumn, period, period.negated(), Closed.RIGHT, groupBy, aggregates);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "rolling " + period + " by " + indexColumn
                + (offset.equals(period.negated()) ? "" : ", offset " + offset)
                + ", closed " + closed + (groupBy.isEmpty() ? "" : ", per " + groupBy) + ": " + aggregates;
    }

    @Override
    public int heapBytesOfRow() {
        return 40 + 20 * aggregates.size();
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        Schema input = inputs.getFirst();
        return Types.check(() -> {
                    Field time = Types.time(input, indexColumn);
                    TimeFrame.check(time, period, offset, "period");
                    var fields = new ArrayList<>(Types.columns(input, groupBy));
                    fields.add(time);
                    fields.addAll(aggregates(input).outputs());
                    return fields;
                })
                .flatMap(Outputs::schema);
    }

    private TableAggregates aggregates(Schema input) {
        return TableAggregates.of(aggregates, input).orThrow();
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot table = inputs.getFirst();
        return schema(List.of(table.getSchema()))
                .flatMap(schema -> Types.check(() -> {
                    Groups groups = Series.ordered(table, groupBy, workers);
                    Column index = Column.of(table.getVector(indexColumn));
                    var times = new TimeFrame.Rows(Series.ascending(groups, index), groups.starts());
                    var windowed = new Rolled.Windowed(
                            groups, groups, () -> TimeFrame.of(times, index.field(), period, offset, closed));
                    try (Made made = Made.with(allocator)) {
                        List<Field> fields = schema.getFields();
                        for (int i = 0; i <= groupBy.size(); i++) {
                            FieldVector source = table.getVector(i < groupBy.size() ? groupBy.get(i) : indexColumn);
                            if (groups.isWholeTable()) {
                                made.share(source, fields.get(i));
                            } else {
                                made.gather(source, groups.rows(), fields.get(i));
                            }
                        }
                        List<Field> outputs = fields.subList(groupBy.size() + 1, fields.size());
                        var lifted = Lifted.of(aggregates, table.getSchema());
                        if (lifted.isPresent()) {
                            lifted.get().apply(table, windowed, outputs, made, allocator, workers);
                        } else {
                            aggregates(table.getSchema()).apply(table, windowed.ranges(), made, workers, allocator);
                        }
                        return made.table(table.getRowCount());
                    }
                }));
    }
}

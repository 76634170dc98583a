package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Aggregates the rows of each series in windows of time.
 *
 * <p><b>Shape</b> one row per series and window that holds rows (with a {@link Fill}, also those between them): keys, boundaries if asked
 * for, label, aggregates. <br><b>Order</b> the times of each series ascend; the result is ordered by key as {@link GroupOrder} says, then
 * by window. <br><b>Nulls</b> null times are refused; a null key is a key; aggregates as in {@link
 * io.polaroid.timeseries.aggregate.TableAggregates}. <br><b>Cost</b> O(rows) where windows share no rows and have one length, else
 * O(rows in all windows). <br><b>Source</b> Polars {@code group_by_dynamic}; zones, calendars and fills are ours.
 *
 * @param time the time column
 * @param windows which windows
 * @param label what a window's row says in the time column
 * @param boundaries whether it says its bounds as well
 * @param groupBy key columns, whose values make a series; none for one series
 * @param anchor whose days windows follow
 * @param aggregates output name to expression, such as {@code sum(price*size)/sum(size)}
 * @param fill output name to what it says in windows without rows
 */
public record Resample(
        String time,
        Windows windows,
        Label label,
        Boundaries boundaries,
        List<String> groupBy,
        Anchor anchor,
        SequencedMap<String, String> aggregates,
        SequencedMap<String, Fill> fill)
        implements BatchOperator {

    public Resample {
        groupBy = List.copyOf(groupBy);
        aggregates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(aggregates));
        fill = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fill));
    }

    /** One series in windows side by side, labelled with their starts. */
    public static Resample of(String time, Span every) {
        return new Resample(
                time,
                Windows.every(every),
                Label.LEFT,
                Boundaries.OMITTED,
                List.of(),
                new Anchor.OfColumn(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
    }

    /** The same, in these windows. */
    public Resample windows(Windows other) {
        return new Resample(time, other, label, boundaries, groupBy, anchor, aggregates, fill);
    }

    /** The same, labelled like this. */
    public Resample label(Label other) {
        return new Resample(time, windows, other, boundaries, groupBy, anchor, aggregates, fill);
    }

    /** The same, with or without boundaries. */
    public Resample boundaries(Boundaries other) {
        return new Resample(time, windows, label, other, groupBy, anchor, aggregates, fill);
    }

    /** The same, for each key. */
    public Resample groupBy(List<String> keys) {
        return new Resample(time, windows, label, boundaries, keys, anchor, aggregates, fill);
    }

    /** The same, by these days. */
    public Resample anchor(Anchor other) {
        return new Resample(time, windows, label, boundaries, groupBy, other, aggregates, fill);
    }

    /** The same, with these outputs. */
    public Resample aggregates(SequencedMap<String, String> outputs) {
        return new Resample(time, windows, label, boundaries, groupBy, anchor, outputs, fill);
    }

    /** The same, with windows without rows filled. */
    public Resample fill(SequencedMap<String, Fill> fills) {
        return new Resample(time, windows, label, boundaries, groupBy, anchor, aggregates, fills);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "RESAMPLE " + time + " EVERY " + windows.every()
                + (windows.period().equals(windows.every()) ? "" : " PERIOD " + windows.period())
                + (groupBy.isEmpty() ? "" : " BY " + String.join(", ", groupBy));
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return ResampleRun.prepare(this, inputs.getFirst()).map(ResampleRun::schema);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return apply(inputs, allocator, Workers.INLINE);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot table = inputs.getFirst();
        return ResampleRun.prepare(this, table.getSchema()).flatMap(run -> run.apply(table, allocator, workers));
    }

    /** Whether windows without rows are in the result. */
    boolean fillsGaps() {
        return fill.values().stream().anyMatch(one -> !(one instanceof Fill.None));
    }
}

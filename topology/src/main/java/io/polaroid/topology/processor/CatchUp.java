package io.polaroid.topology.processor;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a view that was added to a running pipeline begins with: the rows that the row tiers of its inputs still hold, in offset order,
 * each with the progress that was before it. The view decides about them as if it had been there when they came.
 */
final class CatchUp {
    private final Pipeline pipeline;
    private final ViewSpec view;
    private final Map<String, StreamColumns> columns;

    CatchUp(Pipeline pipeline, ViewSpec view, Map<String, StreamColumns> columns) {
        this.pipeline = pipeline;
        this.view = view;
        this.columns = columns;
    }

    /** The event time from which on the view is complete: its windows must lie in what the row tier holds. */
    long since(String input, long progress) {
        long kept = retention(input);
        if (progress < Long.MIN_VALUE / 2) {
            return Long.MIN_VALUE;
        }
        long first = progress - kept;
        return switch (view) {
            case ViewSpec.Resample resample -> firstWhole(resample, first);
            case ViewSpec.Rolling rolling -> first + rolling.period().toNanos();
            case ViewSpec.PerRow perRow -> first + perRow.function().within().toNanos();
            case ViewSpec.Session session -> first + session.gap().toNanos();
            case ViewSpec.Steps steps -> first + steps.reach().toNanos();
            case ViewSpec.Lookup lookup ->
                first + (input.equals(lookup.with()) ? distance(lookup.lookup().before()) : 0);
            case ViewSpec.AsOf asOf -> first + (input.equals(asOf.with()) ? distance(asOf.tolerance()) : 0);
        };
    }

    /** Without a tolerance, the last row from before what is kept is there to match. */
    private static long distance(Duration tolerance) {
        return tolerance.equals(ViewSpec.AsOf.ANY_DISTANCE) ? 0 : tolerance.toNanos();
    }

    /** The start of the first window that begins at or after a time. */
    private long firstWhole(ViewSpec.Resample view, long first) {
        var input = Objects.requireNonNull(columns.get(view.from()));
        var grid = view.windows().grid(TimeUnits.nanosPer(input.unit())).orThrow();
        long key = grid.firstEndingAfter(first);
        while (key != Grid.NONE_AFTER && grid.from(key) < first) {
            key = grid.next(key);
        }
        return key == Grid.NONE_AFTER ? first : grid.from(key);
    }

    private long retention(String input) {
        var stream = pipeline.streams().get(input);
        var inner = pipeline.views().get(input);
        return (stream != null || inner == null
                        ? pipeline.root(input).retention()
                        : inner.policy().retention())
                .toNanos();
    }

    /** Gives the rows of an input at or after a time and below an offset, by offset. */
    void forEach(String input, RowTier rows, long sinceNanos, long below, Consumer<RowTier.Accepted> action) {
        record Place(String series, int index, long offset) {}
        List<Place> places = new ArrayList<>();
        for (String key : rows.seriesKeys()) {
            var series = rows.series(key);
            for (int i = series.lowerBound(sinceNanos); i < series.size(); i++) {
                if (series.offset(i) < below) {
                    places.add(new Place(key, i, series.offset(i)));
                }
            }
        }
        places.sort(Comparator.comparingLong(Place::offset));
        int width =
                Objects.requireNonNull(columns.get(input)).schema().getFields().size();
        var inner = pipeline.views().get(input);
        boolean isInOrder = inner == null || inner.isInOrder();
        for (Place place : places) {
            var series = rows.series(place.series());
            long time = series.timeNanos(place.index());
            long before = series.progressBefore(place.index());
            // Operators look around in the row tier while they have the row: its cursor would move under them.
            @Nullable Object[] cells = new Object[width];
            Row row = series.row(place.index());
            for (int i = 0; i < width; i++) {
                cells[i] = row.valueAt(i);
            }
            action.accept(new RowTier.Accepted(
                    place.offset(),
                    place.series(),
                    new ArrayRow(cells),
                    time,
                    before,
                    isInOrder ? Math.max(before, time) : before));
        }
    }
}

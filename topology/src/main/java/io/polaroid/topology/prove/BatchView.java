package io.polaroid.topology.prove;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Rolling;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.BatchBars;
import io.polaroid.topology.view.BatchLookups;
import io.polaroid.topology.view.BatchRowResults;
import io.polaroid.topology.view.BatchSessions;
import io.polaroid.topology.view.BatchSteps;
import io.polaroid.topology.view.ViewSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The closed results of a view, computed at once from all rows of a partition. */
final class BatchView {
    private final Map<String, StreamColumns> columns;
    private final long disorder;

    BatchView(ViewSpec.Policy policy, Map<String, StreamColumns> columns) {
        this.columns = columns;
        this.disorder = policy.disorder().toNanos();
    }

    /** The cells of each closed result but for {@code revision} and the two after it. */
    TreeMap<ResultKey, List<@Nullable Object>> results(ViewSpec view, Map<String, BatchRows> inputs) {
        return switch (view) {
            case ViewSpec.Resample resample -> resampled(resample, input(inputs, view.from()));
            case ViewSpec.Rolling rolling
            when columns(view.from()).identity().withdrawn().isPresent() ->
                perRow(rolling.asFunction(), input(inputs, view.from()));
            case ViewSpec.Rolling rolling -> rolled(rolling, input(inputs, view.from()));
            case ViewSpec.PerRow perRow -> perRow(perRow, input(inputs, view.from()));
            case ViewSpec.Session session -> sessions(session, input(inputs, view.from()));
            case ViewSpec.Steps steps -> steps(steps, inputs);
            case ViewSpec.Lookup lookup -> lookups(lookup, input(inputs, lookup.from()), input(inputs, lookup.with()));
            case ViewSpec.AsOf asOf -> joined(asOf, input(inputs, asOf.from()), input(inputs, asOf.with()));
        };
    }

    private static BatchRows input(Map<String, BatchRows> inputs, String name) {
        return Objects.requireNonNull(inputs.get(name));
    }

    private StreamColumns columns(String name) {
        return Objects.requireNonNull(columns.get(name));
    }

    private boolean closed(long end, long progress) {
        return progress >= end + disorder;
    }

    private AggregatePlan plan(SequencedMap<String, String> aggregates, String from) {
        return AggregatePlan.of(aggregates, columns(from).schema()).orThrow();
    }

    private TreeMap<ResultKey, List<@Nullable Object>> resampled(ViewSpec.Resample view, BatchRows rows) {
        var plan = plan(view.aggregates(), view.from());
        var input = columns(view.from());
        var bars = new BatchBars(view, plan, input, rows.retentionNanos());
        rows.controls().forEach(told -> bars.tell(told.control(), told.offset(), told.progress()));
        var results = new TreeMap<ResultKey, List<@Nullable Object>>();
        rows.series()
                .forEach((series, of) -> bars.of(series, of, rows.progress()).forEach((start, aggregates) -> {
                    var cells = keys(input, of, 0);
                    cells.add(TimeUnits.fromNanos(start, input.unit()));
                    cells.addAll(aggregates);
                    results.put(new ResultKey(series, start, 0), cells);
                }));
        return results;
    }

    private static List<@Nullable Object> keys(StreamColumns input, SeriesRows rows, int index) {
        var cells = new ArrayList<@Nullable Object>();
        input.key().forEach(key -> cells.add(rows.row(index).valueAt(key)));
        return cells;
    }

    private TreeMap<ResultKey, List<@Nullable Object>> rolled(ViewSpec.Rolling view, BatchRows rows) {
        var scratch = WindowPlan.of(view.aggregates(), columns(view.from()).schema())
                .orThrow()
                .open();
        var window = Rolling.over(view.period().toNanos());
        var input = columns(view.from());
        long unit = TimeUnits.nanosPer(input.unit());
        var results = new TreeMap<ResultKey, List<@Nullable Object>>();
        rows.series().forEach((series, of) -> {
            for (int i = 0; i < of.size(); i++) {
                if (closed(of.timeNanos(i) + unit, rows.progress())) {
                    long sequence = input.identity().sequence(of, i);
                    var cells = keys(input, of, i);
                    cells.add(of.row(i).valueAt(input.time()));
                    if (input.id().isPresent()) {
                        cells.add(of.row(i).valueAt(input.id().getAsInt()));
                    }
                    cells.add(sequence);
                    cells.addAll(java.util.Arrays.asList(window.evaluate(scratch, of, of.timeNanos(i), index -> true)));
                    results.put(new ResultKey(series, of.timeNanos(i), sequence), cells);
                }
            }
        });
        return results;
    }

    private TreeMap<ResultKey, List<@Nullable Object>> perRow(ViewSpec.PerRow view, BatchRows rows) {
        var input = columns(view.from());
        var kernel = new BatchRowResults(view, input);
        long unit = TimeUnits.nanosPer(input.unit());
        var results = new TreeMap<ResultKey, List<@Nullable Object>>();
        rows.series().forEach((series, of) -> {
            var cells = kernel.of(of);
            for (int i = 0; i < of.size() && closed(of.timeNanos(i) + unit, rows.progress()); i++) {
                var key =
                        new ResultKey(series, of.timeNanos(i), input.identity().sequence(of, i));
                cells.get(i).ifPresent(made -> results.put(key, made));
            }
        });
        return results;
    }

    private TreeMap<ResultKey, List<@Nullable Object>> sessions(ViewSpec.Session view, BatchRows rows) {
        var sessions = new BatchSessions(view, columns(view.from()));
        var results = new TreeMap<ResultKey, List<@Nullable Object>>();
        rows.series()
                .forEach((series, of) -> sessions.of(of, rows.progress())
                        .forEach((start, cells) -> results.put(new ResultKey(series, start, 0), cells)));
        return results;
    }

    private TreeMap<ResultKey, List<@Nullable Object>> steps(ViewSpec.Steps view, Map<String, BatchRows> inputs) {
        var steps =
                new BatchSteps(view, view.inputs().stream().map(this::columns).toList());
        var rows =
                view.inputs().stream().map(name -> input(inputs, name).series()).toList();
        long progress = view.inputs().stream()
                .mapToLong(name -> input(inputs, name).progress())
                .min()
                .orElseThrow();
        var all = new TreeSet<String>();
        rows.forEach(of -> all.addAll(of.keySet()));
        var results = new TreeMap<ResultKey, List<@Nullable Object>>();
        for (String series : all) {
            var ofSeries = rows.stream()
                    .map(of -> of.getOrDefault(series, BatchRows.NONE))
                    .toList();
            steps.of(ofSeries, progress).forEach((time, cells) -> results.put(new ResultKey(series, time, 0), cells));
        }
        return results;
    }

    private TreeMap<ResultKey, List<@Nullable Object>> lookups(
            ViewSpec.Lookup view, BatchRows lefts, BatchRows rights) {
        var left = columns(view.from());
        var lookups = new BatchLookups(view, left, columns(view.with()));
        var rightRows = rights.series();
        long later = TimeUnits.nanosPer(left.unit()) + view.lookup().after().toNanos();
        long progress = Math.min(lefts.progress(), rights.progress());
        var results = new TreeMap<ResultKey, List<@Nullable Object>>();
        lefts.series().forEach((series, of) -> {
            var right = rightRows.getOrDefault(series, BatchRows.NONE);
            for (int i = 0; i < of.size() && closed(of.timeNanos(i) + later, progress); i++) {
                var key = new ResultKey(series, of.timeNanos(i), left.identity().sequence(of, i));
                lookups.of(of, i, right).ifPresent(cells -> results.put(key, cells));
            }
        });
        return results;
    }

    private TreeMap<ResultKey, List<@Nullable Object>> joined(ViewSpec.AsOf view, BatchRows lefts, BatchRows rights) {
        var join = AsOf.backward(view.tolerance().toNanos());
        var left = columns(view.from());
        var rightColumns = ViewSchema.rightColumns(columns(view.with()));
        var rightRows = rights.series();
        long unit = TimeUnits.nanosPer(left.unit());
        long progress = Math.min(lefts.progress(), rights.progress());
        var results = new TreeMap<ResultKey, List<@Nullable Object>>();
        lefts.series().forEach((series, of) -> {
            var right = rightRows.get(series);
            for (int i = 0; i < of.size(); i++) {
                if (!closed(of.timeNanos(i) + unit, progress)) {
                    continue;
                }
                int match = right == null ? AsOf.NONE : join.match(right, of.timeNanos(i), index -> true);
                if (match == AsOf.NONE && view.match() == ViewSpec.AsOf.Match.INNER) {
                    continue;
                }
                var cells = new ArrayList<@Nullable Object>();
                for (int column : left.joined()) {
                    cells.add(of.row(i).valueAt(column));
                }
                for (int column : rightColumns) {
                    cells.add(
                            match == AsOf.NONE || right == null
                                    ? null
                                    : right.row(match).valueAt(column));
                }
                long sequence = left.identity().sequence(of, i);
                cells.add(sequence);
                results.put(new ResultKey(series, of.timeNanos(i), sequence), cells);
            }
        });
        return results;
    }
}

package io.polaroid.store.query;

import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.TableView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Finds the rows of a selection in a view of a row tier or a result tier, by going through all of them.
 *
 * @param view the rows
 * @param timeColumn the column with event times, ns since 1970 UTC
 * @param orderColumn the column that orders rows of equal series and time
 * @param horizon rows before this time have expired
 * @param seriesOf the series of a row
 */
public record SelectedRows(
        TableView view, int timeColumn, int orderColumn, long horizon, IntFunction<String> seriesOf) {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** The rows, in the view's order; of {@link RowSelection.LatestAt}, in the order in which series first come. */
    public RowRuns of(RowSelection selection) {
        return switch (selection) {
            case RowSelection.Between between -> between(between);
            case RowSelection.LatestAt latest -> latest(latest);
        };
    }

    private RowRuns between(RowSelection.Between asked) {
        long from = asked.from().map(SelectedRows::nanos).orElse(Long.MIN_VALUE);
        Optional<Long> to = asked.to().map(SelectedRows::nanos);
        var wanted = new HashMap<String, Boolean>();
        var rows = new RowRuns();
        for (int row = 0; row < view.rows(); row++) {
            long time = view.longAt(row, timeColumn);
            if (time >= horizon
                    && time >= from
                    && (to.isEmpty() || time < to.get())
                    && isWanted(seriesOf.apply(row), asked.keys(), wanted)) {
                rows.add(row);
            }
        }
        return rows;
    }

    private RowRuns latest(RowSelection.LatestAt asked) {
        long at = asked.at().map(SelectedRows::nanos).orElse(Long.MAX_VALUE);
        var wanted = new HashMap<String, Boolean>();
        var latest = new LinkedHashMap<String, Integer>();
        for (int row = 0; row < view.rows(); row++) {
            long time = view.longAt(row, timeColumn);
            if (time >= horizon && time <= at) {
                String series = seriesOf.apply(row);
                if (isWanted(series, asked.keys(), wanted)) {
                    latest.merge(series, row, this::later);
                }
            }
        }
        var rows = new RowRuns();
        latest.values().forEach(rows::add);
        return rows;
    }

    private int later(int one, int other) {
        int byTime = Long.compare(view.longAt(one, timeColumn), view.longAt(other, timeColumn));
        int order = byTime != 0 ? byTime : Long.compare(view.longAt(one, orderColumn), view.longAt(other, orderColumn));
        return order > 0 ? one : other;
    }

    private static boolean isWanted(String series, KeyRange keys, Map<String, Boolean> known) {
        return known.computeIfAbsent(series, name -> keys.contains(name.getBytes(StandardCharsets.UTF_8)));
    }

    /** Times that nanoseconds cannot hold are before or behind all rows. */
    private static long nanos(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS_PER_SECOND), time.getNano());
        } catch (ArithmeticException e) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}

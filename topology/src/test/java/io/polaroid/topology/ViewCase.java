package io.polaroid.topology;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/**
 * A view and what it must come to, by an operator over tables. Times are microseconds.
 *
 * @param view the view, over {@code trades}, or with {@code quotes}
 * @param columns those of its results that are compared
 * @param isInside whether a row is in any result, if it is not late
 * @param end exclusive end of the result of a row, by which it is late
 * @param closed exclusive end of a result
 * @param oracle the results of all rows, by (series, time, sequence)
 */
record ViewCase(
        ViewSpec view,
        List<String> columns,
        Predicate<ViewOracle.Record> isInside,
        LongUnaryOperator end,
        Closing closed,
        Oracle oracle) {
    /** Of which rows are outside if their end is that of all times. */
    ViewCase(ViewSpec view, List<String> columns, LongUnaryOperator end, Closing closed, Oracle oracle) {
        this(view, columns, row -> end.applyAsLong(row.ts()) != Long.MAX_VALUE, end, closed, oracle);
    }

    /** When a result closes. */
    @FunctionalInterface
    interface Closing {
        long end(List<Object> key, List<Object> cells);
    }

    /** What the results are. */
    @FunctionalInterface
    interface Oracle {
        Map<List<Object>, List<Object>> of(
                TableOracle tables, List<Map<String, Object>> rows, List<Map<String, Object>> rights);
    }

    /** A result for each row, in the order of the rows. */
    @FunctionalInterface
    interface RowByRow {
        List<Map<String, Object>> of(
                TableOracle tables, List<Map<String, Object>> rows, List<Map<String, Object>> rights);
    }

    /**
     * A function of rows.
     *
     * @param columns column of the view to column of the oracle
     */
    static ViewCase perRow(
            String name, RowFunction function, ViewSpec.Policy policy, Map<String, String> columns, RowByRow oracle) {
        return of(new ViewSpec.PerRow(name, "trades", function, policy), 0, columns, oracle);
    }

    /** A function of rows that is an operator over tables. */
    static ViewCase perRow(
            String name,
            RowFunction function,
            ViewSpec.Policy policy,
            Map<String, String> columns,
            BatchOperator operator) {
        return perRow(name, function, policy, columns, (tables, rows, rights) -> tables.apply(operator, rows));
    }

    /**
     * A look at the right rows around each row.
     *
     * @param after for how long after the row, in us
     */
    static ViewCase lookup(
            String name,
            Around around,
            long after,
            ViewSpec.Policy policy,
            Map<String, String> columns,
            BatchOperator operator) {
        return of(
                new ViewSpec.Lookup(name, "trades", "quotes", around, policy),
                after,
                columns,
                (tables, rows, rights) -> tables.apply(operator, rows, rights));
    }

    /** A view with a result for each row. */
    static ViewCase of(ViewSpec view, long after, Map<String, String> columns, RowByRow oracle) {
        var sorted = new TreeMap<>(columns);
        return new ViewCase(
                view,
                List.copyOf(sorted.keySet()),
                ts -> ts + 1 + after,
                (key, cells) -> (long) key.get(1) + 1 + after,
                (tables, rows, rights) -> byRow(rows, oracle.of(tables, rows, rights), sorted));
    }

    private static Map<List<Object>, List<Object>> byRow(
            List<Map<String, Object>> rows, List<Map<String, Object>> results, TreeMap<String, String> columns) {
        var all = new HashMap<List<Object>, List<Object>>();
        for (int i = 0; i < rows.size(); i++) {
            var result = results.get(i);
            var row = rows.get(i);
            all.put(
                    List.of(row.get("symbol"), row.get("ts"), row.get("place")),
                    columns.values().stream()
                            .map(result::get)
                            .map(ViewCase::plain)
                            .toList());
        }
        return all;
    }

    static SequencedMap<String, String> map(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /** Columns by the same names on both sides. */
    static Map<String, String> same(Iterable<String> names) {
        var same = new TreeMap<String, String>();
        names.forEach(name -> same.put(name, name));
        return same;
    }

    /** Doubles to ten digits: other sums round in other places. */
    static Object plain(Object cell) {
        return cell instanceof Double number && Double.isFinite(number)
                ? (Object) new BigDecimal(number).round(new MathContext(10)).doubleValue()
                : cell == null ? "null" : cell;
    }
}

package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.Function;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One aggregate call over a table.
 *
 * @param argument what it is over
 * @param second what it is over besides, where it takes pairs
 * @param family which kernel computes it; calls of one argument and family share one
 * @param wanted which of the kernel's results
 * @param name its text
 */
record TableCall(Argument argument, Optional<Argument> second, Family family, Kernel.Calls wanted, String name) {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType WHOLE = new ArrowType.Int(64, true);

    enum Family {
        ROWS,
        COUNT,
        WHOLE_SUM,
        SUMS,
        LEAST,
        GREATEST,
        FIRST,
        LAST,
        FIRST_ROW,
        LAST_ROW,
        SORTED,
        DISTINCT,
        PAIRS
    }

    private record Key(List<Expr> arguments, Family family) {}

    /** Kernels that see the rows in one pass; those of one argument read its values once. */
    private record Job(Loader loader, List<Kernel> kernels) {
        void take(RowBlock block, Values values) {
            values.read(block, loader);
            kernels.forEach(kernel -> kernel.take(values));
        }
    }

    /** What a kernel reads: calls over one argument may read it together. */
    private record Read(List<Expr> arguments, Of of) {
        enum Of {
            ROWS,
            PRESENCE,
            VALUES,
            CODES,
            PAIRS
        }
    }

    static TableCall of(Argument argument, Family family, Kernel.Calls wanted, String name) {
        return new TableCall(argument, Optional.empty(), family, wanted, name);
    }

    static TableCall ofPair(Argument first, Argument second, Kernel.Calls wanted, String name) {
        return new TableCall(first, Optional.of(second), Family.PAIRS, wanted, name);
    }

    private static void run(List<Job> jobs, RowWindows windows) {
        var values = new Values();
        windows.forEach(block -> jobs.forEach(job -> job.take(block, values)));
        jobs.forEach(job -> job.kernels().forEach(Kernel::seal));
    }

    static Family family(Function function, Argument argument) {
        return switch (function) {
            case COUNT -> Family.COUNT;
            case SUM -> argument.isFloat() ? Family.SUMS : Family.WHOLE_SUM;
            case MEAN, STD, VAR -> Family.SUMS;
            case MIN -> Family.LEAST;
            case MAX -> Family.GREATEST;
            case FIRST -> Family.FIRST;
            case LAST -> Family.LAST;
            case FIRST_VALUE -> Family.FIRST_ROW;
            case LAST_VALUE -> Family.LAST_ROW;
            case MEDIAN, QUANTILE -> Family.SORTED;
            case N_UNIQUE -> Family.DISTINCT;
            default -> throw new IllegalArgumentException(function + " is no aggregate with a kernel of its own");
        };
    }

    Field field() {
        return field(name);
    }

    Field field(String as) {
        return switch (family) {
            case ROWS, COUNT, WHOLE_SUM, DISTINCT -> Field.nullable(as, WHOLE);
            case SUMS, SORTED, PAIRS -> Field.nullable(as, FLOAT);
            case LEAST, GREATEST, FIRST, LAST, FIRST_ROW, LAST_ROW -> argument.field(as);
        };
    }

    /** The results of calls, one row per window in the order of the result. */
    static Cells[] compute(List<TableCall> calls, VectorSchemaRoot table, RowWindows windows, Workers workers) {
        Map<Key, Kernel> kernels = new LinkedHashMap<>();
        Map<Read, List<TableCall>> reads = new LinkedHashMap<>();
        for (TableCall call : calls) {
            if (!kernels.containsKey(call.key())) {
                boolean squares = calls.stream()
                        .anyMatch(other -> other.key().equals(call.key())
                                && (other.wanted().function() == Function.VAR
                                        || other.wanted().function() == Function.STD));
                kernels.put(call.key(), call.kernel(table, windows, squares, wanted(calls, call.key())));
                reads.computeIfAbsent(call.read(), missing -> new ArrayList<>()).add(call);
            }
        }
        if (windows.partCount() > 1
                && !kernels.isEmpty()
                && kernels.values().stream().allMatch(Kernel::takesWindowsApart)) {
            // Each thread has rows of its own, which it reads once for all kernels.
            workers.run(windows.partCount(), part -> {
                var jobs = bundles(reads, kernels, table, 1).getFirst();
                var values = new Values();
                windows.forEachOf(part, block -> jobs.forEach(job -> job.take(block, values)));
            });
            kernels.values().forEach(Kernel::seal);
        } else {
            var bundles = bundles(reads, kernels, table, workers.parallelism());
            workers.run(bundles.size(), i -> run(bundles.get(i), windows));
        }
        Cells[] cells = new Cells[calls.size()];
        workers.run(cells.length, i -> {
            TableCall call = calls.get(i);
            cells[i] = java.util.Objects.requireNonNull(kernels.get(call.key())).cells(call.wanted(), windows.emit());
        });
        return cells;
    }

    private static List<Kernel.Calls> wanted(List<TableCall> calls, Key key) {
        return calls.stream()
                .filter(call -> call.key().equals(key))
                .map(TableCall::wanted)
                .distinct()
                .toList();
    }

    /** As many passes over the rows as there are workers, of about as many kernels each. */
    private static List<List<Job>> bundles(
            Map<Read, List<TableCall>> reads, Map<Key, Kernel> kernels, VectorSchemaRoot table, int workers) {
        int most = Math.max(1, Math.ceilDiv(kernels.size(), workers));
        var bundles = new ArrayList<List<Job>>();
        int held = most;
        for (List<TableCall> together : reads.values()) {
            for (int from = 0; from < together.size(); ) {
                if (held == most) {
                    bundles.add(new ArrayList<>());
                    held = 0;
                }
                int to = Math.min(together.size(), from + most - held);
                var taken = together.subList(from, to).stream()
                        .map(call -> java.util.Objects.requireNonNull(kernels.get(call.key())))
                        .toList();
                bundles.getLast().add(new Job(together.getFirst().loader(table), taken));
                held += to - from;
                from = to;
            }
        }
        return bundles;
    }

    private Read read() {
        return switch (family) {
            case ROWS, FIRST_ROW, LAST_ROW -> new Read(over(), Read.Of.ROWS);
            case COUNT, FIRST, LAST -> new Read(over(), Read.Of.PRESENCE);
            case WHOLE_SUM, SUMS, LEAST, GREATEST, SORTED -> new Read(over(), Read.Of.VALUES);
            case DISTINCT -> new Read(over(), Read.Of.CODES);
            case PAIRS -> new Read(over(), Read.Of.PAIRS);
        };
    }

    private Key key() {
        return new Key(over(), family);
    }

    /** What tells it from calls over something else. */
    private List<Expr> over() {
        return second.map(other -> List.of(argument.expr(), other.expr())).orElseGet(() -> List.of(argument.expr()));
    }

    private Loader loader(VectorSchemaRoot table) {
        return switch (family) {
            case ROWS, FIRST_ROW, LAST_ROW -> new Loader.Rows();
            case COUNT, FIRST, LAST -> argument.presence(table);
            case WHOLE_SUM, SUMS, LEAST, GREATEST, SORTED -> argument.loader(table);
            case DISTINCT -> argument.codes(table);
            case PAIRS ->
                new Loader.Pair(argument.loader(table), second.orElseThrow().loader(table));
        };
    }

    private Kernel kernel(VectorSchemaRoot table, RowWindows of, boolean squares, List<Kernel.Calls> all) {
        int windows = of.slotCount();
        Kernel.Picked picked = rows -> argument.picked(table, rows);
        return switch (family) {
            case ROWS, COUNT -> new Kernel.Counts(windows);
            case WHOLE_SUM -> new Kernel.WholeSums(windows, argument.isUnsigned64());
            case SUMS -> new Sums(windows, squares);
            case LEAST -> extremes(table, windows, false, picked);
            case GREATEST -> extremes(table, windows, true, picked);
            case FIRST, FIRST_ROW -> new Kernel.Edges(false, windows, picked);
            case LAST, LAST_ROW -> new Kernel.Edges(true, windows, picked);
            case SORTED -> new Gathered.OfDoubles(windows, of.areRanges(), all);
            case DISTINCT -> new Gathered.OfLongs(windows, of.areRanges(), all);
            case PAIRS -> new Gathered.OfPairs(windows, of.areRanges(), all);
        };
    }

    private Kernel extremes(VectorSchemaRoot table, int windows, boolean greatest, Kernel.Picked picked) {
        boolean ofColumn = argument.isColumn();
        ArrowType type = ofColumn
                ? table.getVector(argument.column()).getField().getType()
                : argument.bound().type();
        return switch (type) {
            case ArrowType.Int whole ->
                new Extremes.OfLongs(
                        windows, greatest, !whole.getIsSigned() && whole.getBitWidth() == 64, ofColumn, picked);
            case ArrowType.FloatingPoint number -> new Extremes.OfDoubles(windows, greatest, ofColumn, picked);
            case ArrowType.Decimal number ->
                new Extremes.OfObjects(windows, greatest, table.getVector(argument.column()), picked);
            default ->
                argument.isWhole()
                        ? new Extremes.OfLongs(windows, greatest, false, ofColumn, picked)
                        : new Extremes.OfObjects(windows, greatest, table.getVector(argument.column()), picked);
        };
    }
}

package io.polaroid.launcher.config;

import io.polaroid.timeseries.batch.Decay;
import io.polaroid.timeseries.batch.Ewm;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.Function;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.statistics.AdfTest;
import io.polaroid.timeseries.statistics.AutoLag;
import io.polaroid.timeseries.statistics.JohansenTest;
import io.polaroid.timeseries.statistics.MaxLag;
import io.polaroid.timeseries.statistics.Regression;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.RowFunction.Shift.Kind;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/** Reads functions of each row and those before it: lag, diff, pct_change, ffill, ewm, rolling_adf, rolling_johansen. */
final class RowFunctionsReader {
    static final List<String> NAMES =
            List.of("lag", "diff", "pct_change", "ffill", "ewm", "rolling_adf", "rolling_johansen");

    private static final int MOST_ROWS = 1_000_000;

    private final Fields options;
    private final Mistakes mistakes;

    RowFunctionsReader(Fields options, Mistakes mistakes) {
        this.options = options;
        this.mistakes = mistakes;
    }

    /**
     * The function of a name.
     *
     * @param most how far back rows are kept for this view: the default of {@code within}
     */
    Optional<RowFunction> read(String name, Duration most) {
        Duration within = within(most);
        return switch (name) {
            case "lag" -> shift(Kind.LAG, within);
            case "diff" -> shift(Kind.DIFF, within);
            case "pct_change" -> shift(Kind.PCT_CHANGE, within);
            case "ffill" -> ffill(within);
            case "ewm" -> ewm(within);
            case "rolling_johansen" -> johansen(within);
            default -> adf(within);
        };
    }

    /** How far back rows are looked at. */
    Duration within(Duration most) {
        return options.positive("within", options.duration("within")).orElse(most.isNegative() ? Duration.ZERO : most);
    }

    /** The columns that a function makes under names of the file. */
    static Set<String> outputs(RowFunction function) {
        return switch (function) {
            case RowFunction.TimeWindow window -> window.aggregates().keySet();
            case RowFunction.RowWindow window -> window.aggregates().keySet();
            case RowFunction.Shift shift -> shift.columns().keySet();
            case RowFunction.FillForward fill -> fill.columns().keySet();
            case RowFunction.Ewm ewm -> ewm.columns().keySet();
            case RowFunction.Adf adf -> Set.of();
            case RowFunction.Johansen johansen -> Set.of();
            case RowFunction.Select select -> select.columns().keySet();
        };
    }

    private Optional<RowFunction> shift(Kind kind, Duration within) {
        int rows = options.number("rows", 1, MOST_ROWS).orElse(1L).intValue();
        var columns = columns("columns: {before: price}");
        return columns.isEmpty() ? Optional.empty() : Optional.of(new RowFunction.Shift(kind, rows, columns, within));
    }

    private Optional<RowFunction> ffill(Duration within) {
        var limit = options.number("limit", 1, MOST_ROWS)
                .map(number -> OptionalInt.of(number.intValue()))
                .orElse(OptionalInt.empty());
        var columns = columns("columns: [price]");
        return columns.isEmpty() ? Optional.empty() : Optional.of(new RowFunction.FillForward(limit, columns, within));
    }

    /** Output column to input column; a list for columns that are to be replaced. */
    private SequencedMap<String, String> columns(String example) {
        var columns = new LinkedHashMap<String, String>();
        options.required("columns", example).ifPresent(node -> {
            if (node instanceof Node.Mapping) {
                options.asTextMap(node).forEach((output, column) -> columns.put(output, column.text()));
            } else {
                options.asTexts(node).forEach(column -> columns.put(column.text(), column.text()));
            }
        });
        return columns;
    }

    private Optional<RowFunction> ewm(Duration within) {
        Optional<Decay> decay = decay();
        boolean ofTime = options.text("half_life")
                .filter(text -> Scalars.duration(text).isPresent() && !text.equals("0"))
                .isPresent();
        Optional<Duration> halfLife = ofTime ? options.duration("half_life") : Optional.empty();
        var usual = RowFunction.Ewm.Options.DEFAULT;
        var how = new RowFunction.Ewm.Options(
                truth("adjust", usual.adjust()),
                truth("bias", usual.bias()),
                options.number("min_samples", 1, MOST_ROWS).orElse(1L).intValue(),
                truth("ignore_nulls", usual.ignoreNulls()));
        var columns = new LinkedHashMap<String, RowFunction.Ewm.Of>();
        options.required("agg", "agg: {smooth: \"mean(price)\"}")
                .ifPresent(node -> options.asTextMap(node)
                        .forEach((output, text) -> statistic(text, ofTime).ifPresent(of -> columns.put(output, of))));
        if (decay.isEmpty() == halfLife.isEmpty()) {
            mistakes.add(options.mapping(), "needs one of alpha, com, span, half_life (rows, or a duration)");
            return Optional.empty();
        }
        return columns.isEmpty()
                ? Optional.empty()
                : Optional.of(new RowFunction.Ewm(decay, halfLife, how, columns, within));
    }

    private boolean truth(String key, boolean usual) {
        return options.word(key, List.of("true", "false")).map("true"::equals).orElse(usual);
    }

    private Optional<Decay> decay() {
        Optional<Decay> found = Optional.empty();
        for (String name : List.of("alpha", "com", "span", "half_life")) {
            Node node = options.node(name).orElse(null);
            boolean ofTime = name.equals("half_life")
                    && node instanceof Node.Scalar scalar
                    && Scalars.duration(scalar.text()).isPresent();
            if (node instanceof Node.Scalar scalar && !ofTime) {
                try {
                    double number = Double.parseDouble(scalar.text());
                    found = Optional.of(
                            switch (name) {
                                case "alpha" -> new Decay.Alpha(number);
                                case "com" -> new Decay.Com(number);
                                case "span" -> new Decay.Span(number);
                                default -> new Decay.HalfLife(number);
                            });
                } catch (IllegalArgumentException wrong) {
                    mistakes.add(
                            node,
                            wrong instanceof NumberFormatException
                                    ? "expected a number"
                                    : String.valueOf(wrong.getMessage()));
                }
            }
        }
        return found;
    }

    private Optional<RowFunction.Ewm.Of> statistic(Fields.Located text, boolean ofTime) {
        if (Expr.parse(text.text()) instanceof Result.Ok<Expr>(Expr.Call call)
                && call.arguments().size() == 1
                && call.arguments().getFirst() instanceof Expr.Column column) {
            boolean known = call.function() == Function.MEAN
                    || !ofTime && (call.function() == Function.STD || call.function() == Function.VAR);
            if (known) {
                return Optional.of(
                        new RowFunction.Ewm.Of(Ewm.Kind.valueOf(call.function().name()), column.name()));
            }
        }
        mistakes.add(
                text.node(),
                ofTime
                        ? "with a half_life of time, expected mean(column)"
                        : "expected mean(column), std(column) or var(column)");
        return Optional.empty();
    }

    private Optional<RowFunction> adf(Duration within) {
        Optional<String> column = options.requiredText("column", "column: close");
        Optional<Long> rows = options.required("rows", "rows: 250").flatMap(node -> options.number("rows", 8, 100_000));
        String regression =
                options.word("regression", List.of("n", "c", "ct", "ctt")).orElse("c");
        String autoLag =
                options.word("autolag", List.of("AIC", "BIC", "t-stat", "none")).orElse("AIC");
        MaxLag lags = options.number("maxlag", 0, 10_000)
                .map(number -> MaxLag.of(number.intValue()))
                .orElse(MaxLag.schwert());
        if (column.isEmpty() || rows.isEmpty()) {
            return Optional.empty();
        }
        var test = new AdfTest(
                lags,
                Regression.valueOf(regression.toUpperCase(Locale.ROOT)),
                AutoLag.parse(autoLag).orThrow());
        return Optional.of(new RowFunction.Adf(column.get(), rows.get().intValue(), test, within));
    }

    private Optional<RowFunction> johansen(Duration within) {
        var columns = options.required("columns", "columns: [gold, silver]").stream()
                .flatMap(node -> options.asTexts(node).stream())
                .map(Fields.Located::text)
                .toList();
        Optional<Long> rows = options.required("rows", "rows: 250").flatMap(node -> options.number("rows", 4, 100_000));
        var test = new JohansenTest(
                options.number("det_order", -1, 1).orElse(0L).intValue(),
                options.number("k_ar_diff", 0, 1_000).orElse(1L).intValue());
        return columns.isEmpty() || rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new RowFunction.Johansen(columns, rows.get().intValue(), test, within));
    }

    /** How far back rows can be looked at, since neither rows nor results are kept longer. */
    static Duration most(Optional<Input> input, ViewSpec.Policy policy) {
        Duration kept = policy.retention();
        if (input.isPresent() && input.get().retention().compareTo(kept) < 0) {
            kept = input.get().retention();
        }
        return RetentionReader.spare(kept, policy);
    }
}

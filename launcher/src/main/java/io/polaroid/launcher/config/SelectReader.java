package io.polaroid.launcher.config;

import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads {@code filter} and {@code select}: views of rows alone. */
final class SelectReader {
    private static final ViewSpec.Policy ONLY_COLUMNS = new ViewSpec.Policy(
            Duration.ZERO, Duration.ZERO, Duration.ZERO, ViewSpec.Emit.CLOSE, ViewSpec.Late.CORRECT);

    private final ViewsReader views;
    private final Mistakes mistakes;
    private boolean isSound = true;

    SelectReader(ViewsReader views, Mistakes mistakes) {
        this.views = views;
        this.mistakes = mistakes;
    }

    Optional<ViewSpec> read(
            String name, String operator, Fields options, Optional<Input> input, ViewSpec.Policy given) {
        boolean filters = operator.equals("filter");
        Optional<String> where =
                filters ? options.requiredText("where", "where: \"price > 0\"") : options.text("where");
        SequencedMap<String, String> columns = filters ? new LinkedHashMap<>() : columns(options, input);
        options.noOthers();
        if (input.isEmpty() || filters && where.isEmpty() || !filters && columns.isEmpty()) {
            return Optional.empty();
        }
        where.flatMap(text -> condition(text, input.get()))
                .ifPresent(problem -> wrong(options.node("where").orElse(options.mapping()), problem));
        boolean hasGrace = options.node("grace").isPresent();
        if (!hasGrace && given.lateness() instanceof ViewSpec.Lateness.OfSeries) {
            options.node("lateness")
                    .ifPresent(node -> wrong(
                            node,
                            "has no use here: rows are taken as long as they are kept; leave it out, or add grace"));
        }
        var policy = hasGrace ? given : withGrace(given, input.get());
        var kept = new RetentionReader(mistakes).enough(options, policy, Duration.ZERO, input, "a row");
        if (!isSound) {
            return Optional.empty();
        }
        var function = new RowFunction.Select(where, columns);
        return views.fitting(
                options, input.get(), new ViewSpec.PerRow(name, input.get().name(), function, kept));
    }

    private void wrong(Node node, String why) {
        mistakes.add(node, why);
        isSound = false;
    }

    /** A row that comes late takes nothing from others: it is published as long as rows and results are kept. */
    private static ViewSpec.Policy withGrace(ViewSpec.Policy policy, Input input) {
        Duration grace = RowFunctionsReader.most(Optional.of(input), policy);
        return policy.late() == ViewSpec.Late.SIDE || grace.isNegative() ? policy : policy.withGrace(grace);
    }

    private static Optional<String> condition(String text, Input input) {
        return Predicate.of(text, input.arrow()) instanceof Result.Err<Predicate> err
                ? Optional.of(StreamsReader.problem(text, err.problem()))
                : Optional.empty();
    }

    /** Output column to expression, or a list of columns. */
    private SequencedMap<String, String> columns(Fields options, Optional<Input> input) {
        var columns = new LinkedHashMap<String, String>();
        options.required("columns", "columns: {notional: \"price * size\"}").ifPresent(node -> {
            if (node instanceof Node.Mapping) {
                options.asTextMap(node).forEach((output, expression) -> {
                    columns.put(output, expression.text());
                    input.ifPresent(from -> check(output, expression, from));
                });
            } else {
                options.asTexts(node).forEach(column -> {
                    columns.put(column.text(), column.text());
                    input.ifPresent(from -> check(column.text(), column, from));
                });
            }
        });
        return columns;
    }

    private void check(String output, Fields.Located expression, Input input) {
        var taken = new HashSet<>(Names.RESERVED);
        taken.addAll(input.key());
        taken.add(input.time());
        input.id().ifPresent(taken::add);
        if (!Names.isName(output) || taken.contains(output)) {
            wrong(
                    expression.node(),
                    "column \"%s\" is no name, or one that the view has anyway; rename it".formatted(output));
            return;
        }
        var alone = new LinkedHashMap<String, String>();
        alone.put(output, expression.text());
        var view =
                new ViewSpec.PerRow("it", input.name(), new RowFunction.Select(Optional.empty(), alone), ONLY_COLUMNS);
        views.problem(view, input)
                .ifPresent(problem -> wrong(expression.node(), StreamsReader.problem(expression.text(), problem)));
    }
}

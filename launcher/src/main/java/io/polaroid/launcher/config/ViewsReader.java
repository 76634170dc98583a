package io.polaroid.launcher.config;

import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads {@code views:}. */
final class ViewsReader {
    private static final Duration DEFAULT_RETENTION = Duration.ofHours(24);
    private static final List<String> OPERATORS = List.of("resample", "rolling", "asof");

    private final SequencedMap<String, StreamsReader.Stream> streams;
    private final Set<String> declaredStreams;
    private final Mistakes mistakes;

    /**
     * @param streams those that could be read
     * @param declaredStreams all that the file names, also those with mistakes, which are not reported a second time here
     */
    ViewsReader(SequencedMap<String, StreamsReader.Stream> streams, Set<String> declaredStreams, Mistakes mistakes) {
        this.streams = streams;
        this.declaredStreams = declaredStreams;
        this.mistakes = mistakes;
    }

    SequencedMap<String, ViewSpec> read(Node node) {
        var views = new LinkedHashMap<String, ViewSpec>();
        Fields.of(node, mistakes).ifPresent(all -> {
            Set<String> names = all.mapping().entries().keySet();
            var before = new LinkedHashSet<>(declaredStreams);
            all.mapping().entries().forEach((name, entry) -> {
                Names.checkTable(name, entry, before, mistakes);
                before.add(name);
                if (declaredStreams.contains(name)) {
                    mistakes.add(
                            entry.keyMark(), entry.value().path(), "a stream has the name already; choose another");
                }
                Fields.of(entry.value(), mistakes)
                        .flatMap(fields -> view(name, fields, names))
                        .ifPresent(view -> views.put(name, view));
            });
        });
        return views;
    }

    private Optional<ViewSpec> view(String name, Fields fields, Set<String> views) {
        Optional<String> from = fields.requiredText("from", "from: <stream>");
        Optional<StreamsReader.Stream> input = from.flatMap(text -> input(fields, "from", text, views));
        String emit = fields.word("emit", List.of("frame", "commit", "close")).orElse("commit");
        String late = fields.word("late", List.of("drop", "side")).orElse("side");
        Duration retention =
                fields.positive("retention", fields.duration("retention")).orElse(DEFAULT_RETENTION);
        List<String> operators =
                OPERATORS.stream().filter(key -> fields.node(key).isPresent()).toList();
        fields.notBuilt("session", "ewm", "lag", "diff", "align", "upsample", "filter", "select");
        fields.noOthers();
        if (operators.size() != 1) {
            mistakes.add(
                    fields.mapping(),
                    operators.isEmpty()
                            ? "says not what to do; add resample, rolling or asof"
                            : "has " + String.join(" and ", operators) + "; a view does one thing, make two views");
            return Optional.empty();
        }
        String operator = operators.getFirst();
        var knobs = new Knobs(retention, ViewSpec.Emit.valueOf(upper(emit)), ViewSpec.Late.valueOf(upper(late)));
        return fields.node(operator).flatMap(node -> Fields.of(node, mistakes)).flatMap(options -> switch (operator) {
            case "resample" -> resample(name, options, input, knobs);
            case "rolling" -> rolling(name, options, input, knobs);
            default -> asOf(name, options, input, views, knobs);
        });
    }

    /** What stands beside the operator. */
    private record Knobs(Duration retention, ViewSpec.Emit emit, ViewSpec.Late late) {
        ViewSpec.Policy policy(Duration disorder, Duration grace) {
            return new ViewSpec.Policy(disorder, grace, retention, emit, late);
        }
    }

    private Optional<ViewSpec> resample(
            String name, Fields options, Optional<StreamsReader.Stream> input, Knobs knobs) {
        Optional<Duration> every = options.positive("every", options.requiredDuration("every", "every: 1m"));
        options.notBuilt("period", "offset", "start_by", "calendar", "max_gap", "idle");
        options.only("fill", "none");
        options.only("timezone", "UTC");
        options.only("closed", "left");
        options.only("label", "left");
        ViewSpec.Policy policy = policy(options, knobs);
        SequencedMap<String, Fields.Located> aggregates = aggregates(options);
        options.noOthers();
        if (input.isEmpty() || every.isEmpty()) {
            return Optional.empty();
        }
        check(aggregates, input.get());
        enough(options, policy, every.get(), Optional.empty(), "every");
        return Optional.of(
                new ViewSpec.Resample(name, input.get().spec().name(), every.get(), texts(aggregates), policy));
    }

    private Optional<ViewSpec> rolling(String name, Fields options, Optional<StreamsReader.Stream> input, Knobs knobs) {
        Optional<Duration> period = options.positive("period", options.requiredDuration("period", "period: 60s"));
        options.notBuilt("rows", "min_samples", "center", "offset", "idle");
        options.only("closed", "right");
        ViewSpec.Policy policy = policy(options, knobs);
        SequencedMap<String, Fields.Located> aggregates = aggregates(options);
        options.noOthers();
        if (input.isEmpty() || period.isEmpty()) {
            return Optional.empty();
        }
        check(aggregates, input.get());
        enough(options, policy, period.get(), input, "period");
        return Optional.of(
                new ViewSpec.Rolling(name, input.get().spec().name(), period.get(), texts(aggregates), policy));
    }

    private Optional<ViewSpec> asOf(
            String name, Fields options, Optional<StreamsReader.Stream> left, Set<String> views, Knobs knobs) {
        Optional<StreamsReader.Stream> right =
                options.requiredText("with", "with: <stream>").flatMap(text -> input(options, "with", text, views));
        Optional<Duration> tolerance = options.duration("tolerance");
        if (options.node("tolerance").isEmpty()) {
            mistakes.add(options.mapping(), "not built yet: an as-of join without tolerance; add tolerance: 2s");
        }
        options.only("direction", "backward");
        options.only("exact", "true");
        options.notBuilt("by", "suffix", "idle");
        String match = options.word("match", List.of("left", "inner")).orElse("left");
        ViewSpec.Policy policy = policy(options, knobs);
        options.noOthers();
        if (left.isEmpty() || right.isEmpty() || tolerance.isEmpty()) {
            return Optional.empty();
        }
        sameSeries(options, left.get(), right.get());
        enough(options, policy, tolerance.get(), left, "tolerance");
        enough(options, policy, tolerance.get(), right, "tolerance");
        return Optional.of(new ViewSpec.AsOf(
                name,
                left.get().spec().name(),
                right.get().spec().name(),
                tolerance.get(),
                ViewSpec.AsOf.Match.valueOf(upper(match)),
                policy));
    }

    private static ViewSpec.Policy policy(Fields options, Knobs knobs) {
        return knobs.policy(
                options.duration("disorder").orElse(Duration.ZERO),
                options.duration("grace").orElse(Duration.ZERO));
    }

    private Optional<StreamsReader.Stream> input(Fields fields, String key, String name, Set<String> views) {
        Node node = fields.node(key).orElse(fields.mapping());
        if (views.contains(name)) {
            mistakes.add(node, "not built yet: a view on the view \"%s\"; name a stream".formatted(name));
        } else if (!declaredStreams.contains(name)) {
            mistakes.add(node, "no stream \"%s\"%s".formatted(name, Nearest.hint(name, declaredStreams)));
        }
        return Optional.ofNullable(streams.get(name));
    }

    private void sameSeries(Fields options, StreamsReader.Stream left, StreamsReader.Stream right) {
        Node node = options.node("with").orElse(options.mapping());
        if (left.spec().name().equals(right.spec().name())) {
            mistakes.add(node, "not built yet: a stream joined to itself; name another stream");
        }
        if (left.spec().partitions() != right.spec().partitions()) {
            mistakes.add(
                    node,
                    "%s has %d partitions and %s has %d; both must have the same number, so that the rows of a series meet"
                            .formatted(
                                    left.spec().name(),
                                    left.spec().partitions(),
                                    right.spec().name(),
                                    right.spec().partitions()));
        }
        if (left.spec().key().size() != right.spec().key().size()) {
            mistakes.add(
                    node,
                    "the keys %s and %s have different lengths; both must name the same series"
                            .formatted(left.spec().key(), right.spec().key()));
        }
    }

    /** Corrections need the rows and results that they correct: nothing may leave before disorder, grace and window are over. */
    private void enough(
            Fields options,
            ViewSpec.Policy policy,
            Duration window,
            Optional<StreamsReader.Stream> rowsOf,
            String windowName) {
        Duration needed = policy.disorder().plus(policy.grace()).plus(window);
        String sum = "%s + disorder %s + grace %s = %s"
                .formatted(
                        windowName + " " + DurationText.of(window),
                        DurationText.of(policy.disorder()),
                        DurationText.of(policy.grace()),
                        DurationText.of(needed));
        if (policy.retention().compareTo(needed) < 0) {
            mistakes.add(
                    options.mapping(),
                    "the view keeps results for %s, but corrections need %s; raise its retention or lower grace"
                            .formatted(DurationText.of(policy.retention()), sum));
        }
        rowsOf.map(StreamsReader.Stream::spec)
                .filter(spec -> spec.retention().compareTo(needed) < 0)
                .ifPresent(spec -> mistakes.add(
                        options.mapping(),
                        "stream %s keeps rows for %s, but this view needs %s; raise streams.%s.retention or lower grace"
                                .formatted(spec.name(), DurationText.of(spec.retention()), sum, spec.name())));
    }

    private SequencedMap<String, Fields.Located> aggregates(Fields options) {
        var aggregates = new LinkedHashMap<String, Fields.Located>();
        options.node("ohlcv").ifPresent(node -> aggregates.putAll(ohlcv(node)));
        options.textMap("agg").forEach((output, expression) -> {
            if (aggregates.put(output, expression) != null) {
                mistakes.add(
                        expression.node(), "column \"%s\" is there twice, also by ohlcv; rename it".formatted(output));
            }
        });
        if (options.node("ohlcv").isEmpty() && options.node("agg").isEmpty()) {
            mistakes.add(
                    options.mapping(),
                    "computes nothing; add agg: {n: \"count(price)\"} or ohlcv: {price: …, size: …}");
        }
        return aggregates;
    }

    private SequencedMap<String, Fields.Located> ohlcv(Node node) {
        var expanded = new LinkedHashMap<String, Fields.Located>();
        if (node instanceof Node.Scalar) {
            mistakes.add(node, "not built yet: ohlcv over bars; write ohlcv: {price: <column>, size: <column>}");
            return expanded;
        }
        Fields.of(node, mistakes).ifPresent(fields -> {
            Optional<String> price =
                    fields.requiredText("price", "price: <column>").filter(text -> column(fields, "price", text));
            Optional<String> size =
                    fields.requiredText("size", "size: <column>").filter(text -> column(fields, "size", text));
            fields.noOthers();
            if (price.isPresent() && size.isPresent()) {
                Ohlcv.of(price.get(), size.get())
                        .forEach((output, expression) -> expanded.put(output, new Fields.Located(node, expression)));
            }
        });
        return expanded;
    }

    private boolean column(Fields fields, String key, String text) {
        if (!Names.isName(text)) {
            fields.node(key)
                    .ifPresent(node ->
                            mistakes.add(node, "\"%s\" is no column name; use agg for expressions".formatted(text)));
        }
        return Names.isName(text);
    }

    private void check(SequencedMap<String, Fields.Located> aggregates, StreamsReader.Stream input) {
        var taken = new HashSet<>(Names.RESERVED);
        taken.addAll(input.spec().key());
        taken.add(input.spec().time());
        input.spec().id().ifPresent(taken::add);
        aggregates.forEach((output, expression) -> {
            if (!Names.isName(output)) {
                mistakes.add(
                        expression.node(), "\"%s\" is no column name; use letters, digits and _".formatted(output));
            }
            if (taken.contains(output)) {
                mistakes.add(
                        expression.node(),
                        "column \"%s\" is one that the view has anyway; rename it".formatted(output));
            }
            var one = new LinkedHashMap<String, String>();
            one.put(output, expression.text());
            if (AggregatePlan.of(one, input.arrow()) instanceof Result.Err<AggregatePlan> err) {
                mistakes.add(expression.node(), StreamsReader.problem(expression.text(), err.problem()));
            }
        });
    }

    private static SequencedMap<String, String> texts(SequencedMap<String, Fields.Located> aggregates) {
        var texts = new LinkedHashMap<String, String>();
        aggregates.forEach((output, expression) -> texts.put(output, expression.text()));
        return texts;
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}

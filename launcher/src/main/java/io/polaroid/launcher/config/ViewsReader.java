package io.polaroid.launcher.config;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.ViewSchema;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads {@code views:}, each after the views that it reads. */
final class ViewsReader {
    private static final Duration DEFAULT_RETENTION = Duration.ofHours(24);
    private static final List<String> OPERATORS = List.of("resample", "rolling", "asof");

    private final Map<String, Input> inputs = new HashMap<>();
    private final Set<String> declaredStreams;
    private final Mistakes mistakes;
    private final Map<String, Optional<ViewSpec>> read = new HashMap<>();
    private final SequencedSet<String> reading = new LinkedHashSet<>();
    private SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();

    /**
     * @param streams those that could be read
     * @param declaredStreams all that the file names, also those with mistakes, which are not reported a second time here
     */
    ViewsReader(SequencedMap<String, StreamsReader.Stream> streams, Set<String> declaredStreams, Mistakes mistakes) {
        streams.forEach((name, stream) -> {
            if (StreamColumns.of(stream.spec().declaration()) instanceof Result.Ok<StreamColumns> ok) {
                inputs.put(name, Input.of(stream.spec(), ok.value()));
            }
        });
        this.declaredStreams = declaredStreams;
        this.mistakes = mistakes;
    }

    SequencedMap<String, ViewSpec> read(Node node) {
        var views = new LinkedHashMap<String, ViewSpec>();
        Fields.of(node, mistakes).ifPresent(all -> {
            entries = all.mapping().entries();
            entries.keySet().forEach(name -> view(name).ifPresent(view -> views.put(name, view)));
        });
        return views;
    }

    private Optional<ViewSpec> view(String name) {
        Optional<ViewSpec> known = read.get(name);
        if (known != null) {
            return known;
        }
        Node.Entry entry = Objects.requireNonNull(entries.get(name));
        var others = new LinkedHashSet<>(declaredStreams);
        entries.sequencedKeySet().stream()
                .takeWhile(other -> !other.equals(name))
                .forEach(others::add);
        Names.checkTable(name, entry, others, mistakes);
        if (declaredStreams.contains(name)) {
            mistakes.add(entry.keyMark(), entry.value().path(), "a stream has the name already; choose another");
        }
        reading.add(name);
        Optional<ViewSpec> view = Fields.of(entry.value(), mistakes).flatMap(fields -> view(name, fields));
        reading.remove(name);
        read.put(name, view);
        view.ifPresent(this::addInput);
        return view;
    }

    private void addInput(ViewSpec view) {
        var columns = new HashMap<String, StreamColumns>();
        view.inputs()
                .forEach(input -> columns.put(
                        input, Objects.requireNonNull(inputs.get(input)).columns()));
        Input from = Objects.requireNonNull(inputs.get(view.from()));
        if (ViewSchema.of(view, columns) instanceof Result.Ok<Schema> ok) {
            inputs.put(view.name(), Input.of(view, StreamColumns.ofView(ok.value(), from.columns()), from));
        }
    }

    private Optional<ViewSpec> view(String name, Fields fields) {
        Optional<String> from = fields.requiredText("from", "from: <stream or view>");
        Optional<Input> input = from.flatMap(text -> input(fields, "from", text));
        String emit = fields.word("emit", List.of("frame", "commit", "close")).orElse("commit");
        String late = fields.word("late", List.of("drop", "side", "correct")).orElse("correct");
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
            default -> asOf(name, options, input, knobs);
        });
    }

    /** What stands beside the operator. */
    private record Knobs(Duration retention, ViewSpec.Emit emit, ViewSpec.Late late) {
        ViewSpec.Policy policy(Duration disorder, Duration grace) {
            return new ViewSpec.Policy(disorder, grace, retention, emit, late);
        }
    }

    private Optional<ViewSpec> resample(String name, Fields options, Optional<Input> input, Knobs knobs) {
        Optional<Duration> every = options.positive("every", options.requiredDuration("every", "every: 1m"));
        options.notBuilt("period", "offset", "start_by", "calendar", "idle");
        options.only("timezone", "UTC");
        options.only("closed", "left");
        options.only("label", "left");
        ViewSpec.Policy policy = policy(options, knobs);
        SequencedMap<String, Fields.Located> aggregates = aggregates(options, input);
        var gaps = new GapsReader(mistakes).read(options, aggregates.sequencedKeySet(), policy, every);
        options.noOthers();
        if (input.isEmpty() || every.isEmpty()) {
            return Optional.empty();
        }
        check(aggregates, input.get(), one -> AggregatePlan.of(one, input.get().arrow()));
        numeric(options, aggregates, gaps, input.get());
        // Bars of bars are worked out anew from the rows when one of these is revised.
        enough(options, policy, every.get(), input.filter(Input::isView), "every");
        return Optional.of(
                new ViewSpec.Resample(name, input.get().name(), every.get(), texts(aggregates), gaps, policy));
    }

    private Optional<ViewSpec> rolling(String name, Fields options, Optional<Input> input, Knobs knobs) {
        Optional<Duration> period = options.positive("period", options.requiredDuration("period", "period: 60s"));
        options.notBuilt("rows", "min_samples", "center", "offset", "idle");
        options.only("closed", "right");
        ViewSpec.Policy policy = policy(options, knobs);
        SequencedMap<String, Fields.Located> aggregates = aggregates(options, input);
        options.noOthers();
        if (input.isEmpty() || period.isEmpty()) {
            return Optional.empty();
        }
        check(aggregates, input.get(), one -> WindowPlan.of(one, input.get().arrow()));
        enough(options, policy, period.get(), input, "period");
        return Optional.of(new ViewSpec.Rolling(name, input.get().name(), period.get(), texts(aggregates), policy));
    }

    private Optional<ViewSpec> asOf(String name, Fields options, Optional<Input> left, Knobs knobs) {
        Optional<Input> right =
                options.requiredText("with", "with: <stream or view>").flatMap(text -> input(options, "with", text));
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
                left.get().name(),
                right.get().name(),
                tolerance.get(),
                ViewSpec.AsOf.Match.valueOf(upper(match)),
                policy));
    }

    private static ViewSpec.Policy policy(Fields options, Knobs knobs) {
        return knobs.policy(
                options.duration("disorder").orElse(Duration.ZERO),
                options.duration("grace").orElse(Duration.ZERO));
    }

    private Optional<Input> input(Fields fields, String key, String name) {
        Node node = fields.node(key).orElse(fields.mapping());
        if (entries.containsKey(name) && !declaredStreams.contains(name)) {
            if (reading.contains(name)) {
                mistakes.add(
                        node, "views read each other in a circle: %s, %s".formatted(String.join(", ", reading), name));
                return Optional.empty();
            }
            view(name);
        } else if (!declaredStreams.contains(name)) {
            var names = new TreeSet<>(declaredStreams);
            names.addAll(entries.keySet());
            mistakes.add(node, "no stream or view \"%s\"%s".formatted(name, Nearest.hint(name, names)));
        }
        return Optional.ofNullable(inputs.get(name));
    }

    private void sameSeries(Fields options, Input left, Input right) {
        Node node = options.node("with").orElse(options.mapping());
        if (left.name().equals(right.name())) {
            mistakes.add(node, "not built yet: a %s joined to itself; name another one".formatted(left.kind()));
        }
        if (left.partitions() != right.partitions()) {
            mistakes.add(
                    node,
                    "%s has %d partitions and %s has %d; both must have the same number, so that the rows of a series meet"
                            .formatted(left.name(), left.partitions(), right.name(), right.partitions()));
        }
        if (left.key().size() != right.key().size()) {
            mistakes.add(
                    node,
                    "the keys %s and %s have different lengths; both must name the same series"
                            .formatted(left.key(), right.key()));
        }
    }

    /** Corrections need the rows and results that they correct: nothing may leave before disorder, grace and window are over. */
    private void enough(
            Fields options, ViewSpec.Policy policy, Duration window, Optional<Input> rowsOf, String windowName) {
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
        rowsOf.filter(input -> input.retention().compareTo(needed) < 0)
                .ifPresent(input -> mistakes.add(
                        options.mapping(),
                        "%s %s keeps rows for %s, but this view needs %s; raise %ss.%s.retention or lower grace"
                                .formatted(
                                        input.kind(),
                                        input.name(),
                                        DurationText.of(input.retention()),
                                        sum,
                                        input.kind(),
                                        input.name())));
    }

    private SequencedMap<String, Fields.Located> aggregates(Fields options, Optional<Input> input) {
        var aggregates = new LinkedHashMap<String, Fields.Located>();
        options.node("ohlcv").ifPresent(node -> aggregates.putAll(ohlcv(node, input)));
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

    private SequencedMap<String, Fields.Located> ohlcv(Node node, Optional<Input> input) {
        var expanded = new LinkedHashMap<String, Fields.Located>();
        if (node instanceof Node.Scalar scalar && scalar.text().equals("bars")) {
            input.ifPresent(from -> {
                var missing = Ohlcv.missing(from.arrow());
                if (!missing.isEmpty()) {
                    mistakes.add(
                            node,
                            "%s %s has no column %s; ohlcv: bars needs %s"
                                    .formatted(from.kind(), from.name(), missing, Ohlcv.BARS));
                    return;
                }
                Ohlcv.ofBars(from.arrow())
                        .forEach((output, expression) -> expanded.put(output, new Fields.Located(node, expression)));
            });
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

    private void check(
            SequencedMap<String, Fields.Located> aggregates,
            Input input,
            Function<SequencedMap<String, String>, Result<?>> plan) {
        var taken = new HashSet<>(Names.RESERVED);
        taken.addAll(input.key());
        taken.add(input.time());
        input.id().ifPresent(taken::add);
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
            if (plan.apply(one) instanceof Result.Err<?> err) {
                mistakes.add(expression.node(), StreamsReader.problem(expression.text(), err.problem()));
            }
        });
    }

    /** Lines and constants are numbers. */
    private void numeric(
            Fields options, SequencedMap<String, Fields.Located> aggregates, ViewSpec.Gaps gaps, Input input) {
        if (AggregatePlan.of(texts(aggregates), input.arrow()) instanceof Result.Ok<AggregatePlan> ok) {
            for (var field : ok.value().outputs()) {
                var fill =
                        Optional.ofNullable(gaps.columns().get(field.getName())).or(gaps::fill);
                boolean needsNumber = fill.isPresent()
                        && (fill.get() instanceof ViewSpec.Fill.Linear || fill.get() instanceof ViewSpec.Fill.Constant);
                boolean isNumber =
                        field.getType() instanceof ArrowType.Int || field.getType() instanceof ArrowType.FloatingPoint;
                if (needsNumber && !isNumber) {
                    mistakes.add(
                            options.node("fill").orElse(options.mapping()),
                            "column \"%s\" is no number; fill it with previous or null".formatted(field.getName()));
                }
            }
        }
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

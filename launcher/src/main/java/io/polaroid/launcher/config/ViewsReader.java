package io.polaroid.launcher.config;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.ViewSchema;
import java.nio.file.Path;
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
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads {@code views:}, each after the views that it reads. */
final class ViewsReader {
    private static final String IDLE = "belongs to streams and sources: a view goes by their time";
    private static final Duration DEFAULT_RETENTION = Duration.ofHours(24);
    private static final List<String> OPERATORS = Stream.concat(
                    Stream.of(
                            "resample",
                            "rolling",
                            "asof",
                            "session",
                            "window_join",
                            "filter",
                            "select",
                            "upsample",
                            "align"),
                    RowFunctionsReader.NAMES.stream())
            .toList();

    private final Map<String, Input> inputs = new HashMap<>();
    private final Set<String> declaredStreams;
    private final Path folder;
    private final Mistakes mistakes;
    private final Map<String, Optional<ViewSpec>> read = new HashMap<>();
    private final SequencedSet<String> reading = new LinkedHashSet<>();
    private SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();

    /**
     * @param streams those that could be read
     * @param declaredStreams all that the file names, also those with mistakes, which are not reported a second time here
     * @param folder what paths are relative to
     */
    ViewsReader(
            SequencedMap<String, StreamsReader.Stream> streams,
            Set<String> declaredStreams,
            Path folder,
            Mistakes mistakes) {
        streams.forEach((name, stream) -> {
            if (StreamColumns.of(stream.spec().declaration()) instanceof Result.Ok<StreamColumns> ok) {
                inputs.put(name, Input.of(stream.spec(), ok.value()));
            }
        });
        this.declaredStreams = declaredStreams;
        this.folder = folder;
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
        fields.noOthers();
        if (operators.size() != 1) {
            mistakes.add(
                    fields.mapping(),
                    operators.isEmpty()
                            ? "says not what to do; add one of " + String.join(", ", OPERATORS)
                            : "has " + String.join(" and ", operators) + "; a view does one thing, make two views");
            return Optional.empty();
        }
        String operator = operators.getFirst();
        var knobs = new Knobs(retention, ViewSpec.Emit.valueOf(upper(emit)), ViewSpec.Late.valueOf(upper(late)));
        return fields.node(operator).flatMap(node -> Fields.of(node, mistakes)).flatMap(options -> switch (operator) {
            case "resample" -> resample(name, options, input, knobs);
            case "rolling" -> rolling(name, options, input, knobs);
            case "asof" -> new JoinsReader(this, mistakes).asOf(name, options, input, policy(options, knobs));
            case "session" -> session(name, options, input, knobs);
            case "window_join" ->
                new JoinsReader(this, mistakes).windowJoin(name, options, input, policy(options, knobs));
            case "filter", "select" ->
                new SelectReader(this, mistakes).read(name, operator, options, input, policy(options, knobs));
            case "upsample" -> new StepsReader(this, options, mistakes).upsample(name, input, policy(options, knobs));
            case "align" -> new StepsReader(this, options, mistakes).align(name, input, policy(options, knobs));
            default -> perRow(name, operator, options, input, knobs);
        });
    }

    /** What stands beside the operator. */
    private record Knobs(Duration retention, ViewSpec.Emit emit, ViewSpec.Late late) {
        ViewSpec.Policy policy(Duration disorder, Duration grace) {
            return new ViewSpec.Policy(disorder, grace, retention, emit, late);
        }
    }

    private Optional<ViewSpec> resample(String name, Fields options, Optional<Input> input, Knobs knobs) {
        Optional<Windowing> windows = new WindowingReader(options, folder, mistakes).read(input.map(Input::columns));
        options.refused("idle", IDLE);
        ViewSpec.Policy policy = policy(options, knobs);
        SequencedMap<String, Fields.Located> aggregates = aggregates(options, input);
        Optional<Duration> longest = windows.map(Windowing::longest);
        var gaps = new GapsReader(mistakes).read(options, aggregates.sequencedKeySet(), policy, longest);
        options.noOthers();
        if (input.isEmpty() || windows.isEmpty()) {
            return Optional.empty();
        }
        check(aggregates, input.get(), one -> AggregatePlan.of(one, input.get().arrow()));
        new GapsReader(mistakes).numeric(options, texts(aggregates), gaps, input.get());
        // Bars of bars are worked out anew from the rows when one of these is revised; medians always are.
        boolean fromRows = input.get().isView() || needsRows(aggregates, input.get());
        boolean asksRows = fromRows || policy.lateness() instanceof ViewSpec.Lateness.OfSeries;
        var kept = new RetentionReader(mistakes)
                .enough(options, policy, longest.orElseThrow(), input.filter(any -> asksRows), "every");
        var view = new ViewSpec.Resample(name, input.get().name(), windows.get(), texts(aggregates), gaps, kept);
        boolean mayLoseBars = input.get().columns().identity().withdrawn().isPresent();
        return gaps.isUsed() && mayLoseBars ? fitting(options, input.get(), view) : Optional.of(view);
    }

    private static boolean needsRows(SequencedMap<String, Fields.Located> aggregates, Input input) {
        return AggregatePlan.of(texts(aggregates), input.arrow()) instanceof Result.Ok<AggregatePlan> ok
                && ok.value().needsRows();
    }

    private Optional<ViewSpec> rolling(String name, Fields options, Optional<Input> input, Knobs knobs) {
        Optional<Duration> period = options.positive("period", options.duration("period"));
        Optional<Long> rows = options.number("rows", 1, 1_000_000);
        options.node("center")
                .ifPresent(node -> mistakes.add(
                        node,
                        "a window around each row looks ahead; join the stream's resampled view, or use"
                                + " rolling in a query"));
        options.refused(
                "offset", "a window that ends before or after its row is a window_join of two streams; leave it out");
        options.refused("idle", IDLE);
        if (options.node("period").isPresent() == options.node("rows").isPresent()) {
            mistakes.add(options.mapping(), "needs either period: 60s or rows: 20");
        }
        Closed closed = WindowingReader.closed(options, "right");
        int minSamples = options.number("min_samples", 1, rows.orElse(1_000_000L))
                .orElse(rows.orElse(1L))
                .intValue();
        ViewSpec.Policy policy = policy(options, knobs);
        SequencedMap<String, Fields.Located> aggregates = aggregates(options, input);
        Duration within = rows.isPresent()
                ? new RowFunctionsReader(options, mistakes).within(RowFunctionsReader.most(input, policy))
                : period.orElse(Duration.ZERO);
        options.noOthers();
        if (input.isEmpty() || period.isEmpty() && rows.isEmpty()) {
            return Optional.empty();
        }
        check(aggregates, input.get(), one -> AggregatePlan.of(one, input.get().arrow()));
        var kept = new RetentionReader(mistakes)
                .enough(options, policy, within, input, rows.isPresent() ? "within" : "period");
        String from = input.get().name();
        if (rows.isPresent()) {
            var window =
                    new RowFunction.RowWindow(rows.get().intValue(), closed, minSamples, texts(aggregates), within);
            return Optional.of(new ViewSpec.PerRow(name, from, window, kept));
        }
        boolean running = closed == Closed.RIGHT
                && minSamples == 1
                && WindowPlan.of(texts(aggregates), input.get().arrow()) instanceof Result.Ok<WindowPlan>;
        return Optional.of(
                running
                        ? new ViewSpec.Rolling(name, from, within, texts(aggregates), kept)
                        : new ViewSpec.PerRow(
                                name,
                                from,
                                new RowFunction.TimeWindow(within, closed, minSamples, texts(aggregates)),
                                kept));
    }

    private Optional<ViewSpec> perRow(
            String name, String operator, Fields options, Optional<Input> input, Knobs knobs) {
        ViewSpec.Policy policy = policy(options, knobs);
        Optional<RowFunction> function =
                new RowFunctionsReader(options, mistakes).read(operator, RowFunctionsReader.most(input, policy));
        options.noOthers();
        if (input.isEmpty() || function.isEmpty()) {
            return Optional.empty();
        }
        var kept = new RetentionReader(mistakes)
                .enough(options, policy, function.get().within(), input, "within");
        outputs(options, function.get(), input.get());
        return fitting(
                options, input.get(), new ViewSpec.PerRow(name, input.get().name(), function.get(), kept));
    }

    /** New columns, or others in the place of the input's own; but never of those that tell rows apart. */
    private void outputs(Fields options, RowFunction function, Input input) {
        var taken = new HashSet<>(Names.RESERVED);
        taken.addAll(input.key());
        taken.add(input.time());
        input.id().ifPresent(taken::add);
        for (String output : RowFunctionsReader.outputs(function)) {
            if (!Names.isName(output) || taken.contains(output)) {
                mistakes.add(
                        options.node("columns").or(() -> options.node("agg")).orElse(options.mapping()),
                        "column \"%s\" is no name, or one that the view has anyway; rename it".formatted(output));
            }
        }
    }

    private Optional<ViewSpec> session(String name, Fields options, Optional<Input> input, Knobs knobs) {
        Optional<Duration> gap = options.positive("gap", options.requiredDuration("gap", "gap: 30s"));
        Optional<Duration> given = options.positive("longest", options.duration("longest"));
        ViewSpec.Policy policy = policy(options, knobs);
        SequencedMap<String, Fields.Located> aggregates = aggregates(options, input);
        options.noOthers();
        if (input.isEmpty() || gap.isEmpty()) {
            return Optional.empty();
        }
        check(aggregates, input.get(), one -> AggregatePlan.of(one, input.get().arrow()));
        Duration longest = longest(given, gap.get(), input.get(), policy);
        boolean fromRows = needsRows(aggregates, input.get());
        if (given.isPresent() && !fromRows) {
            mistakes.add(
                    options.node("longest").orElse(options.mapping()),
                    "is for aggregates that need the rows, such as median; all of these run along, leave it out");
        }
        Duration window = fromRows ? gap.get().plus(longest) : gap.get();
        var kept = new RetentionReader(mistakes)
                .enough(options, policy, window, input, fromRows ? "gap and longest" : "gap");
        return fitting(
                options,
                input.get(),
                new ViewSpec.Session(name, input.get().name(), gap.get(), texts(aggregates), longest, kept));
    }

    /** How long a session may be whose rows are needed: by default as long as they are sure to be kept. */
    private static Duration longest(Optional<Duration> given, Duration gap, Input input, ViewSpec.Policy policy) {
        Duration kept = input.retention().compareTo(policy.retention()) <= 0 ? input.retention() : policy.retention();
        Duration most = RetentionReader.spare(kept, policy).minus(gap);
        return given.orElse(most.isNegative() ? Duration.ZERO : most);
    }

    /** The view, if its results have a schema. */
    Optional<ViewSpec> fitting(Fields options, Input input, ViewSpec view) {
        Optional<Problem> problem = problem(view, input);
        problem.ifPresent(found -> mistakes.add(options.mapping(), found.detail()));
        return problem.isPresent() ? Optional.empty() : Optional.of(view);
    }

    /** The view, if its results have a schema. */
    Optional<ViewSpec> fitting(Fields options, List<Input> from, ViewSpec view) {
        var columns = new HashMap<String, StreamColumns>();
        from.forEach(input -> columns.put(input.name(), input.columns()));
        if (ViewSchema.of(view, columns) instanceof Result.Err<Schema> err) {
            mistakes.add(options.mapping(), err.problem().detail());
            return Optional.empty();
        }
        return Optional.of(view);
    }

    /** Why a view over an input has no schema, if it has none. */
    Optional<Problem> problem(ViewSpec view, Input input) {
        return ViewSchema.of(view, Map.of(input.name(), input.columns())) instanceof Result.Err<Schema> err
                ? Optional.of(err.problem())
                : Optional.empty();
    }

    private ViewSpec.Policy policy(Fields options, Knobs knobs) {
        if (knobs.late() == ViewSpec.Late.SIDE) {
            options.node("grace")
                    .ifPresent(node -> mistakes.add(
                            node,
                            "with late: side nothing is corrected, so grace has no meaning; leave it out, or use late:"
                                    + " correct"));
        }
        var policy = knobs.policy(
                options.duration("disorder").orElse(Duration.ZERO),
                options.duration("grace").orElse(Duration.ZERO));
        boolean ofSeries = options.word("lateness", List.of("partition", "series"))
                .orElse("partition")
                .equals("series");
        if (ofSeries && knobs.late() == ViewSpec.Late.SIDE) {
            options.node("lateness")
                    .ifPresent(node -> mistakes.add(
                            node,
                            "with late: side every row is late whose window has closed, and windows close by partition;"
                                    + " leave it out, or use late: correct"));
        }
        return ofSeries ? policy.withLateness(new ViewSpec.Lateness.OfSeries(policy.retention())) : policy;
    }

    /** The stream or view of a name that stands under a key. */
    Optional<Input> input(Fields fields, String key, String name) {
        Node node = fields.node(key).orElse(fields.mapping());
        if (entries.containsKey(name) && !declaredStreams.contains(name)) {
            if (reading.contains(name)) {
                mistakes.add(
                        node, "views read each other in a circle: %s, %s".formatted(String.join(", ", reading), name));
                return Optional.empty();
            }
            var unused = view(name);
        } else if (!declaredStreams.contains(name)) {
            var names = new TreeSet<>(declaredStreams);
            names.addAll(entries.keySet());
            mistakes.add(node, "no stream or view \"%s\"%s".formatted(name, Nearest.hint(name, names)));
        }
        return Optional.ofNullable(inputs.get(name));
    }

    /** What is to be aggregated: output column to expression. */
    SequencedMap<String, Fields.Located> aggregates(Fields options, Optional<Input> input) {
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

    /** Notes what is wrong with outputs and their expressions, each by itself. */
    void check(
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

    static SequencedMap<String, String> texts(SequencedMap<String, Fields.Located> aggregates) {
        var texts = new LinkedHashMap<String, String>();
        aggregates.forEach((output, expression) -> texts.put(output, expression.text()));
        return texts;
    }

    static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}

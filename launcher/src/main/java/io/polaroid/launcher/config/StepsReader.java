package io.polaroid.launcher.config;

import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code upsample} and {@code align}: series on the times of a grid. */
final class StepsReader {
    /** So many times without a row, at most, does one row bring about: progress may jump over them at once. */
    private static final long MOST = 1_000_000;

    private final ViewsReader views;
    private final Fields options;
    private final Mistakes mistakes;

    StepsReader(ViewsReader views, Fields options, Mistakes mistakes) {
        this.views = views;
        this.options = options;
        this.mistakes = mistakes;
    }

    private Optional<Windowing> every(Optional<Input> input) {
        return new WindowingReader(options, Path.of(""), mistakes).steps(input.map(Input::columns));
    }

    Optional<ViewSpec> upsample(String name, Optional<Input> input, ViewSpec.Policy policy) {
        Optional<Windowing> every = every(input);
        Optional<Duration> given = options.positive("max_gap", options.duration("max_gap"));
        var fills = new GapsReader(mistakes)
                .fills(options, input.map(StepsReader::values).orElse(Set.of()));
        options.noOthers();
        if (input.isEmpty() || every.isEmpty()) {
            return Optional.empty();
        }
        Duration reach = reach(given, List.of(input.get()), every.get(), policy);
        return views.fitting(
                options,
                List.of(input.get()),
                new ViewSpec.Steps(
                        name,
                        List.of(input.get().name()),
                        every.get(),
                        ViewSpec.Steps.Take.AT,
                        reach,
                        reach,
                        fills,
                        kept(List.of(input.get()), reach, every.get(), policy)));
    }

    /** The columns that an input's row alone has. */
    private static Set<String> values(Input input) {
        var names = new HashSet<String>();
        input.columns()
                .joined()
                .forEach(column ->
                        names.add(input.arrow().getFields().get(column).getName()));
        names.removeAll(input.key());
        names.remove(input.time());
        return names;
    }

    Optional<ViewSpec> align(String name, Optional<Input> input, ViewSpec.Policy policy) {
        Optional<Windowing> every = every(input);
        var inputs = new ArrayList<Input>();
        input.ifPresent(inputs::add);
        boolean isWhole = others(inputs);
        Optional<Duration> given = options.positive("max_gap", options.duration("max_gap"));
        Optional<Duration> tolerance = options.duration("tolerance");
        options.noOthers();
        if (input.isEmpty() || every.isEmpty() || !isWhole) {
            return Optional.empty();
        }
        Duration reach = reach(given.or(() -> tolerance), inputs, every.get(), policy);
        if (tolerance.isPresent() && tolerance.get().compareTo(reach) > 0) {
            mistakes.add(
                    options.node("tolerance").orElse(options.mapping()),
                    "is longer than max_gap, after which a series has no rows; raise max_gap or lower it");
        }
        return views.fitting(
                options,
                inputs,
                new ViewSpec.Steps(
                        name,
                        inputs.stream().map(Input::name).toList(),
                        every.get(),
                        ViewSpec.Steps.Take.LAST,
                        reach,
                        tolerance.orElse(reach),
                        ViewSpec.Gaps.NONE,
                        kept(inputs, reach, every.get(), policy)));
    }

    private boolean others(List<Input> inputs) {
        boolean isWhole = true;
        for (var with : options.node("with").map(options::asTexts).orElse(List.of())) {
            Optional<Input> other = views.input(options, "with", with.text());
            if (other.isEmpty()) {
                isWhole = false;
            } else if (inputs.stream()
                    .anyMatch(one -> one.name().equals(other.get().name()))) {
                mistakes.add(with.node(), "%s is there twice; name each input once".formatted(with.text()));
                isWhole = false;
            } else if (!inputs.isEmpty()) {
                isWhole &= isAlike(with.node(), inputs.getFirst(), other.get());
                inputs.add(other.get());
            }
        }
        return isWhole;
    }

    private boolean isAlike(Node node, Input first, Input other) {
        if (first.partitions() != other.partitions()) {
            mistakes.add(
                    node,
                    "%s has %d partitions and %s has %d; all must have the same number, so that the rows of a series meet"
                            .formatted(first.name(), first.partitions(), other.name(), other.partitions()));
            return false;
        }
        return true;
    }

    /** How long after its last row a series goes on: by default as long as the rows are kept that a correction looks at. */
    private Duration reach(Optional<Duration> given, List<Input> inputs, Windowing every, ViewSpec.Policy policy) {
        Duration kept = inputs.stream()
                .map(Input::retention)
                .reduce(policy.retention(), (one, other) -> one.compareTo(other) <= 0 ? one : other);
        Duration most = RetentionReader.spare(kept, policy).minus(every.longest());
        Duration reach = given.orElse(most.isNegative() ? Duration.ZERO : most);
        if (reach.dividedBy(every.longest()) > MOST) {
            mistakes.add(
                    options.node("every").orElse(options.mapping()),
                    "a series goes on for %s after its last row, which is more than %d times; give a shorter max_gap or a longer every"
                            .formatted(DurationText.of(reach), MOST));
        }
        return reach;
    }

    private ViewSpec.Policy kept(List<Input> inputs, Duration reach, Windowing every, ViewSpec.Policy policy) {
        return new RetentionReader(mistakes)
                .enough(options, policy, reach.plus(every.longest()), inputs, "max_gap and every");
    }
}

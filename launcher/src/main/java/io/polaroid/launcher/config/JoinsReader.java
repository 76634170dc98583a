package io.polaroid.launcher.config;

import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads views that join two inputs. */
final class JoinsReader {
    private final ViewsReader views;
    private final Mistakes mistakes;

    JoinsReader(ViewsReader views, Mistakes mistakes) {
        this.views = views;
        this.mistakes = mistakes;
    }

    Optional<ViewSpec> asOf(String name, Fields options, Optional<Input> left, ViewSpec.Policy policy) {
        Optional<Input> right = with(options);
        String direction = options.word("direction", List.of("backward", "forward", "nearest"))
                .orElse("backward");
        Optional<Duration> tolerance = options.duration("tolerance");
        if (options.node("tolerance").isEmpty()) {
            if (direction.equals("backward")) {
                tolerance = Optional.of(ViewSpec.AsOf.ANY_DISTANCE);
            } else {
                mistakes.add(
                        options.mapping(),
                        "looking ahead needs a tolerance, which results wait for; add tolerance: 2s");
            }
        }
        boolean exact =
                options.word("exact", List.of("true", "false")).orElse("true").equals("true");
        String tie = options.word("tie", List.of("later", "earlier")).orElse("later");
        String nullKeys = options.word("null_by", List.of("match", "no_match")).orElse("match");
        options.refused(
                "by",
                "rows of one series meet by the keys of their streams, since others may lie in other partitions; give"
                        + " both streams the key");
        options.refused("idle", "belongs to streams and sources: a view goes by their time");
        String suffix = options.text("suffix").orElse(ViewSpec.AsOf.SUFFIX);
        String match = options.word("match", List.of("left", "inner")).orElse("left");
        options.noOthers();
        if (left.isEmpty() || right.isEmpty() || tolerance.isEmpty()) {
            return Optional.empty();
        }
        sameSeries(options, left.get(), right.get());
        var kind = ViewSpec.AsOf.Match.valueOf(ViewsReader.upper(match));
        var around = new Around.Nearest(
                AsOf.Direction.valueOf(ViewsReader.upper(direction)),
                tolerance.get(),
                exact,
                AsOf.Tie.valueOf(ViewsReader.upper(tie)),
                Around.Nearest.NullKeys.valueOf(ViewsReader.upper(nullKeys)),
                kind,
                suffix);
        boolean plain = direction.equals("backward") && exact && nullKeys.equals("match");
        boolean anywhere = tolerance.get().equals(ViewSpec.AsOf.ANY_DISTANCE);
        Duration reach = anywhere ? Duration.ZERO : around.before().plus(around.after());
        String reachName = direction.equals("nearest") ? "tolerance, twice" : "tolerance";
        var kept = new RetentionReader(mistakes)
                .enough(options, policy, reach, List.of(left.get(), right.get()), reachName);
        String from = left.get().name();
        String with = right.get().name();
        return views.fitting(
                options,
                List.of(left.get(), right.get()),
                plain
                        ? new ViewSpec.AsOf(name, from, with, tolerance.get(), kind, suffix, kept)
                        : new ViewSpec.Lookup(name, from, with, around, kept));
    }

    private Optional<Input> with(Fields options) {
        return options.requiredText("with", "with: <stream or view>")
                .flatMap(text -> views.input(options, "with", text));
    }

    Optional<ViewSpec> windowJoin(String name, Fields options, Optional<Input> left, ViewSpec.Policy policy) {
        Optional<Input> right = with(options);
        Optional<Duration> period = options.positive("period", options.requiredDuration("period", "period: 10s"));
        Duration offset = WindowingReader.signed(options, "offset", mistakes)
                .orElse(period.orElse(Duration.ZERO).negated());
        Closed closed = WindowingReader.closed(options, "both");
        var aggregates = views.aggregates(options, right);
        boolean prevailing = options.word("prevailing", List.of("true", "false"))
                .orElse("false")
                .equals("true");
        if (prevailing && (closed == Closed.RIGHT || closed == Closed.NONE)) {
            options.refused(
                    "prevailing", "goes with closed: both or left, where a row at the start is the prevailing one");
        }
        options.noOthers();
        if (left.isEmpty() || right.isEmpty() || period.isEmpty()) {
            return Optional.empty();
        }
        sameSeries(options, left.get(), right.get());
        views.check(
                aggregates,
                right.get(),
                one -> AggregatePlan.of(one, right.get().arrow()));
        var around = new Around.Window(offset, period.get(), closed, ViewsReader.texts(aggregates));
        Duration reach = around.before().plus(around.after());
        String reachName = "offset and period";
        var kept = new RetentionReader(mistakes)
                .enough(options, policy, reach, List.of(left.get(), right.get()), reachName);
        var window = new Around.Window(offset, period.get(), closed, prevailing, ViewsReader.texts(aggregates));
        return views.fitting(
                options,
                List.of(left.get(), right.get()),
                new ViewSpec.Lookup(name, left.get().name(), right.get().name(), window, kept));
    }

    private void sameSeries(Fields options, Input left, Input right) {
        Node node = options.node("with").orElse(options.mapping());
        if (left.name().equals(right.name())) {
            mistakes.add(
                    node,
                    "a row of a %s joined to itself would find itself first; lag and rolling look at the rows before"
                            .formatted(left.kind()));
            return;
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
}

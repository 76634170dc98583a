package io.polaroid.launcher.config;

import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Reads {@code fill}, {@code max_gap} and {@code status} of a resampled view. */
final class GapsReader {
    private static final List<String> WORDS = List.of("none", "null", "previous", "linear");
    private static final List<String> FLAT = List.of("open", "high", "low");

    private final Mistakes mistakes;

    GapsReader(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    ViewSpec.Gaps read(Fields options, Set<String> outputs, ViewSpec.Policy policy, Optional<Duration> every) {
        boolean status = options.word("status", List.of("true", "false"))
                .filter("true"::equals)
                .isPresent();
        if (status && outputs.contains("status")) {
            options.node("status")
                    .ifPresent(node -> mistakes.add(node, "an aggregate has the name status already; rename it"));
        }
        var fills = fills(options, outputs);
        return new ViewSpec.Gaps(
                fills.fill(), fills.columns(), maxGap(options, fills.fill().isPresent(), policy, every), status);
    }

    /** {@code fill} alone. */
    ViewSpec.Gaps fills(Fields options, Set<String> outputs) {
        Optional<Fill> all = Optional.empty();
        var columns = new LinkedHashMap<String, Fill>();
        Node fill = options.node("fill").orElse(null);
        if (fill instanceof Node.Mapping mapping) {
            columns.putAll(columns(mapping, outputs));
            all = columns.isEmpty() ? all : Optional.of(new Fill.Nothing());
        } else if (fill != null) {
            all = one(fill);
            if (all.isPresent()
                    && all.get() instanceof Fill.Previous
                    && options.node("ohlcv").isPresent()) {
                flat(columns);
            }
        }
        return new ViewSpec.Gaps(all, columns, Duration.ZERO, false);
    }

    /** An empty bar of prices is flat at the last close. */
    private static void flat(SequencedMap<String, Fill> columns) {
        FLAT.forEach(column -> columns.put(column, new Fill.Previous(Optional.of("close"))));
        columns.put("vwap", new Fill.Nothing());
    }

    private SequencedMap<String, Fill> columns(Node.Mapping mapping, Set<String> outputs) {
        var columns = new LinkedHashMap<String, Fill>();
        mapping.entries().forEach((column, entry) -> {
            if (!outputs.contains(column)) {
                mistakes.add(
                        entry.keyMark(),
                        entry.value().path(),
                        "the view computes no column \"%s\"%s".formatted(column, Nearest.hint(column, outputs)));
            }
            one(entry.value()).ifPresent(fill -> columns.put(column, fill));
        });
        return columns;
    }

    private Optional<Fill> one(Node node) {
        if (node instanceof Node.Missing) {
            return Optional.of(new Fill.Nothing());
        }
        if (node instanceof Node.Mapping mapping && mapping.entries().containsKey("constant")) {
            return one(mapping.entries().get("constant").value());
        }
        if (node instanceof Node.Mapping mapping && mapping.entries().containsKey("fill")) {
            return limited(mapping);
        }
        if (node instanceof Node.Scalar scalar) {
            switch (scalar.text()) {
                case "none" -> {
                    return Optional.empty();
                }
                case "null" -> {
                    return Optional.of(new Fill.Nothing());
                }
                case "previous" -> {
                    return Optional.of(new Fill.Previous(Optional.empty()));
                }
                case "linear" -> {
                    return Optional.of(new Fill.Linear());
                }
                default -> {
                    try {
                        return Optional.of(new Fill.Constant(Double.parseDouble(scalar.text())));
                    } catch (NumberFormatException e) {
                        // said below
                    }
                }
            }
        }
        mistakes.add(node, "expected %s or a number, found %s".formatted(String.join(" or ", WORDS), node.kind()));
        return Optional.empty();
    }

    /** {@code {fill: previous, limit: 3}}. */
    private Optional<Fill> limited(Node.Mapping mapping) {
        var fields = new Fields(mapping, mistakes);
        Optional<Long> limit =
                fields.required("limit", "limit: 3").flatMap(node -> fields.number("limit", 1, 1_000_000));
        Optional<Fill> fill = fields.node("fill").flatMap(this::one);
        fields.noOthers();
        return limit.flatMap(most -> fill.map(one -> new Fill.Limited(one, most.intValue())));
    }

    /** A gap is filled from bars that are still kept, so it ends before they expire. */
    private Duration maxGap(Fields options, boolean isFilled, ViewSpec.Policy policy, Optional<Duration> every) {
        Optional<Duration> given = options.duration("max_gap");
        Duration most = RetentionReader.spare(policy.retention(), policy).minus(every.orElse(Duration.ZERO));
        if (given.isPresent() && !isFilled) {
            options.node("max_gap")
                    .ifPresent(node -> mistakes.add(node, "has no use without fill; add fill or leave it out"));
        }
        if (given.isPresent() && given.get().compareTo(most) > 0) {
            options.node("max_gap")
                    .ifPresent(node -> mistakes.add(
                            node,
                            "is longer than %s: the view's retention less every, disorder and grace, half of that with lateness: series; raise retention"
                                    .formatted(DurationText.of(most))));
        }
        return given.orElse(most.isNegative() ? Duration.ZERO : most);
    }

    /** Lines and constants are numbers. */
    void numeric(Fields options, SequencedMap<String, String> aggregates, ViewSpec.Gaps gaps, Input input) {
        if (AggregatePlan.of(aggregates, input.arrow()) instanceof Result.Ok<AggregatePlan> ok) {
            for (var field : ok.value().outputs()) {
                var fill =
                        Optional.ofNullable(gaps.columns().get(field.getName())).or(gaps::fill);
                boolean needsNumber = fill.isPresent() && isOfNumbers(fill.get());
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

    private static boolean isOfNumbers(ViewSpec.Fill fill) {
        return fill instanceof ViewSpec.Fill.Linear
                || fill instanceof ViewSpec.Fill.Constant
                || fill instanceof ViewSpec.Fill.Limited limited && isOfNumbers(limited.fill());
    }
}

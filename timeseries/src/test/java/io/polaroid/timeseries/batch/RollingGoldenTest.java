package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.ThreadWorkers;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Interpolation;
import io.polaroid.timeseries.window.RankMethod;
import io.polaroid.timeseries.window.Statistic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rolling, as-of, shifting and exponential operators beside the answers of Polars in golden/rolling.json. */
@ExtendWith(Allocators.class)
class RollingGoldenTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rolling_rows",
                "rolling_by",
                "rolling_time",
                "asof",
                "lag",
                "diff",
                "pct_change",
                "fill_forward",
                "fill_backward",
                "ewm",
                "ewm_by"
            })
    void answersAsPolarsDoes(String operator, BufferAllocator allocator) {
        int seen = 0;
        for (JsonNode one : GoldenTables.cases("rolling.json")) {
            if (one.get("op").asText().equals(operator)) {
                assertAnswer(one, allocator);
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(10);
    }

    private static void assertAnswer(JsonNode one, BufferAllocator allocator) {
        BatchOperator operator = operator(one.get("op").asText(), one.get("options"));
        String what = operator.title() + " " + one;
        var inputs = new ArrayList<VectorSchemaRoot>();
        one.get("inputs").forEach(input -> inputs.add(GoldenTables.table(input, allocator)));
        try (VectorSchemaRoot result = operator.apply(inputs, allocator).orThrow()) {
            GoldenTables.assertSame(what, result, one.get("expected"));
            assertThat(operator.schema(inputs.stream()
                                    .map(VectorSchemaRoot::getSchema)
                                    .toList())
                            .orThrow())
                    .as(what)
                    .isEqualTo(result.getSchema());
        }
        if (operator instanceof ParallelOperator parallel) {
            Workers two = new ThreadWorkers(ForkJoinPool.commonPool(), 2);
            try (VectorSchemaRoot result =
                    parallel.apply(inputs, allocator, two).orThrow()) {
                GoldenTables.assertSame("in parallel, " + what, result, one.get("expected"));
            }
        }
        inputs.forEach(VectorSchemaRoot::close);
    }

    private static BatchOperator operator(String name, JsonNode options) {
        List<String> over = options.has("over") ? texts(options.get("over")) : List.of();
        List<Target> targets = options.has("column") ? List.of(Target.of(text(options, "column"), "r")) : List.of();
        return switch (name) {
            case "rolling_rows" ->
                new RollingRows(
                        new Frame.Rows(
                                number(options, "window_size"),
                                number(options, "min_samples"),
                                options.get("center").asBoolean()),
                        over,
                        List.of(output(options)));
            case "rolling_by" ->
                new RollingRows(
                        new Frame.By(
                                text(options, "by"),
                                span(options, "window_size"),
                                closed(options),
                                number(options, "min_samples")),
                        over,
                        List.of(output(options)));
            case "rolling_time" -> {
                var aggregates = new LinkedHashMap<String, String>();
                options.get("aggregates")
                        .fieldNames()
                        .forEachRemaining(output -> aggregates.put(output, text(options.get("aggregates"), output)));
                yield new RollingTime(
                        "t",
                        span(options, "period"),
                        span(options, "offset"),
                        closed(options),
                        texts(options.get("group_by")),
                        aggregates);
            }
            case "asof" -> asof(options);
            case "lag" ->
                new Lag(
                        number(options, "n"),
                        options.has("fill_value")
                                ? new Lag.FillValue.Constant(value(options.get("fill_value")))
                                : new Lag.FillValue.Null(),
                        over,
                        targets);
            case "diff" -> new Diff(number(options, "n"), over, targets);
            case "pct_change" -> new PctChange(number(options, "n"), over, targets);
            case "fill_forward" -> new FillForward(limit(options), over, targets);
            case "fill_backward" -> new FillBackward(limit(options), over, targets);
            case "ewm" ->
                new Ewm(
                        Ewm.Kind.valueOf(upper(options, "kind")),
                        decay(options),
                        options.get("adjust").asBoolean(),
                        options.has("bias") && options.get("bias").asBoolean(),
                        number(options, "min_samples"),
                        options.get("ignore_nulls").asBoolean(),
                        over,
                        targets);
            case "ewm_by" -> new EwmBy(text(options, "by"), span(options, "half_life"), over, targets);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static AsofJoin asof(JsonNode options) {
        return new AsofJoin(
                text(options, "left_on"),
                text(options, "right_on"),
                texts(options.get("by_left")),
                texts(options.get("by_right")),
                AsOf.Direction.valueOf(upper(options, "strategy")),
                options.get("tolerance").isNull() ? Tolerance.any() : Tolerance.within(span(options, "tolerance")),
                options.get("allow_exact_matches").asBoolean(),
                text(options, "suffix"),
                options.get("coalesce").asBoolean(),
                true,
                AsofJoin.How.LEFT,
                AsOf.Tie.LATER,
                NullKeys.NO_KEY);
    }

    private static Output output(JsonNode options) {
        Statistic statistic = switch (text(options, "statistic")) {
            case "sum" -> new Statistic.Sum();
            case "mean" -> new Statistic.Mean();
            case "min" -> new Statistic.Min();
            case "max" -> new Statistic.Max();
            case "std" -> new Statistic.Std(number(options, "ddof"));
            case "var" -> new Statistic.Var(number(options, "ddof"));
            case "median" -> new Statistic.Median();
            case "quantile" ->
                new Statistic.Quantile(
                        options.get("quantile").asDouble(), Interpolation.valueOf(upper(options, "interpolation")));
            case "skew" -> new Statistic.Skew(options.get("bias").asBoolean());
            case "kurtosis" ->
                new Statistic.Kurtosis(
                        options.get("fisher").asBoolean(), options.get("bias").asBoolean());
            case "rank" -> new Statistic.Rank(RankMethod.valueOf(upper(options, "method")));
            case "cov" -> new Statistic.Cov(1);
            case "corr" -> new Statistic.Corr();
            default -> throw new IllegalArgumentException(options.toString());
        };
        return options.has("second")
                ? Output.of("r", statistic, text(options, "column"), text(options, "second"))
                : Output.of("r", statistic, text(options, "column"));
    }

    private static Decay decay(JsonNode options) {
        if (options.has("alpha")) {
            return new Decay.Alpha(options.get("alpha").asDouble());
        }
        if (options.has("com")) {
            return new Decay.Com(options.get("com").asDouble());
        }
        return options.has("span")
                ? new Decay.Span(options.get("span").asDouble())
                : new Decay.HalfLife(options.get("half_life").asDouble());
    }

    private static Object value(JsonNode node) {
        return node.isTextual()
                ? (Object) node.asText()
                : node.isBoolean()
                        ? (Object) node.asBoolean()
                        : node.isIntegralNumber() ? (Object) node.asLong() : node.asDouble();
    }

    private static int limit(JsonNode options) {
        return options.get("limit").isNull() ? Integer.MAX_VALUE : number(options, "limit");
    }

    private static Closed closed(JsonNode options) {
        return Closed.valueOf(upper(options, "closed"));
    }

    private static Span span(JsonNode options, String name) {
        return Span.parse(text(options, name)).orThrow();
    }

    private static int number(JsonNode options, String name) {
        return options.get(name).asInt();
    }

    private static String text(JsonNode options, String name) {
        return options.get(name).asText();
    }

    private static String upper(JsonNode options, String name) {
        return text(options, name).toUpperCase(Locale.ROOT);
    }

    private static List<String> texts(JsonNode nodes) {
        var texts = new ArrayList<String>();
        nodes.forEach(node -> texts.add(node.asText()));
        return texts;
    }
}

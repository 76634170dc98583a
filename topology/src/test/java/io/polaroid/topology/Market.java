package io.polaroid.topology;

import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** The pipeline of the tests: trades and quotes, bars, a rolling view and an as-of join. */
final class Market {
    private Market() {}

    static Pipeline pipeline(Duration disorder, Duration grace) {
        return pipeline(disorder, grace, 1);
    }

    static Pipeline pipeline(Duration disorder, Duration grace, int partitions) {
        var policy =
                new ViewSpec.Policy(disorder, grace, Duration.ofHours(24), ViewSpec.Emit.COMMIT, ViewSpec.Late.CORRECT);
        return Pipeline.of(
                "market",
                Pipeline.Guarantee.EXACTLY_ONCE_V2,
                1,
                List.of(
                        stream(
                                "trades",
                                BuiltInSchemas.trade(),
                                "trade_id",
                                List.of("price > 0", "size >= 0"),
                                partitions),
                        stream("quotes", BuiltInSchemas.quote(), "update_id", List.of(), partitions)),
                List.of(
                        new ViewSpec.Resample("bars_1s", "trades", Duration.ofSeconds(1), ohlcv(), policy),
                        new ViewSpec.Resample("bars_1m", "trades", Duration.ofMinutes(1), ohlcv(), policy),
                        new ViewSpec.Rolling("vwap_5s", "trades", Duration.ofSeconds(5), rolling(), policy),
                        new ViewSpec.AsOf(
                                "enriched",
                                "trades",
                                "quotes",
                                Duration.ofSeconds(2),
                                ViewSpec.AsOf.Match.LEFT,
                                policy)));
    }

    /** The pipeline with some of its views only. */
    static Pipeline only(Pipeline pipeline, List<String> views) {
        return Pipeline.of(
                pipeline.application(),
                pipeline.guarantee(),
                pipeline.threads(),
                List.copyOf(pipeline.streams().values()),
                pipeline.views().values().stream()
                        .filter(view -> views.contains(view.name()))
                        .toList());
    }

    private static StreamSpec stream(
            String name, org.apache.avro.Schema schema, String id, List<String> checks, int partitions) {
        return new StreamSpec(
                name, schema, List.of("symbol"), "ts", Optional.of(id), Duration.ofHours(1), checks, partitions);
    }

    static SequencedMap<String, String> ohlcv() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("open", "first(price)");
        aggregates.put("high", "max(price)");
        aggregates.put("low", "min(price)");
        aggregates.put("close", "last(price)");
        aggregates.put("volume", "sum(size)");
        aggregates.put("count", "count(price)");
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        return aggregates;
    }

    private static SequencedMap<String, String> rolling() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        aggregates.put("n", "count(*)");
        return aggregates;
    }
}

package io.polaroid.launcher.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.pojo.Schema;

/** The aggregates that {@code ohlcv} stands for. */
final class Ohlcv {
    private Ohlcv() {}

    static SequencedMap<String, String> of(String price, String size) {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("open", "first(" + price + ")");
        aggregates.put("high", "max(" + price + ")");
        aggregates.put("low", "min(" + price + ")");
        aggregates.put("close", "last(" + price + ")");
        aggregates.put("volume", "sum(" + size + ")");
        aggregates.put("count", "count(" + price + ")");
        aggregates.put("vwap", "sum(%s*%s)/sum(%s)".formatted(price, size, size));
        return aggregates;
    }

    /** What bars must have for {@code ohlcv: bars}; {@code count} and {@code vwap} are taken on where they are. */
    static final List<String> BARS = List.of("open", "high", "low", "close", "volume");

    /** The columns that a view lacks to be one of bars. */
    static List<String> missing(Schema schema) {
        return BARS.stream().filter(name -> !has(schema, name)).toList();
    }

    /** Longer bars of bars. */
    static SequencedMap<String, String> ofBars(Schema bars) {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("open", "first(open)");
        aggregates.put("high", "max(high)");
        aggregates.put("low", "min(low)");
        aggregates.put("close", "last(close)");
        aggregates.put("volume", "sum(volume)");
        if (has(bars, "count")) {
            aggregates.put("count", "sum(count)");
        }
        if (has(bars, "vwap")) {
            aggregates.put("vwap", "sum(vwap*volume)/sum(volume)");
        }
        return aggregates;
    }

    private static boolean has(Schema schema, String name) {
        return schema.getFields().stream().anyMatch(field -> field.getName().equals(name));
    }
}

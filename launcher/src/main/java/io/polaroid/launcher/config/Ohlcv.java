package io.polaroid.launcher.config;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

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
}

package io.polaroid.timeseries.batch;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The aggregates of price bars, by the names that streams give them. */
public final class Bars {
    private Bars() {}

    /** Open, high, low and close. */
    public static SequencedMap<String, String> ohlc(String price) {
        String column = quoted(price);
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("open", "first(" + column + ")");
        outputs.put("high", "max(" + column + ")");
        outputs.put("low", "min(" + column + ")");
        outputs.put("close", "last(" + column + ")");
        return outputs;
    }

    /** The same with volume, count and vwap. */
    public static SequencedMap<String, String> ohlcv(String price, String size) {
        SequencedMap<String, String> outputs = ohlc(price);
        outputs.put("volume", "sum(" + quoted(size) + ")");
        outputs.put("count", "count(" + quoted(price) + ")");
        outputs.put("vwap", "vwap(" + quoted(price) + ", " + quoted(size) + ")");
        return outputs;
    }

    /** What such bars say in windows without trades: the last close, and no volume. */
    public static SequencedMap<String, Fill> flat() {
        var fills = new LinkedHashMap<String, Fill>();
        for (String column : new String[] {"open", "high", "low"}) {
            fills.put(column, new Fill.PreviousOf("close", Fill.NO_LIMIT));
        }
        fills.put("close", new Fill.Previous(Fill.NO_LIMIT));
        return fills;
    }

    /** The same for bars with volume. */
    public static SequencedMap<String, Fill> flatWithVolume() {
        SequencedMap<String, Fill> fills = flat();
        fills.put("volume", new Fill.Constant(0.0, Fill.NO_LIMIT));
        fills.put("count", new Fill.Constant(0L, Fill.NO_LIMIT));
        return fills;
    }

    private static String quoted(String column) {
        return '"' + column.replace("\"", "\"\"") + '"';
    }
}

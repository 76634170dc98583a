package io.polaroid.bench.workload;

/** The Avro schemas of the peers' results. Polaroid's have the same columns, and revision and origin besides. */
public final class ResultRows {
    /** Schema id of all of them: a topic holds one kind. */
    public static final int SCHEMA_ID = 100;

    /** Result of a resampled feed. */
    public static final String BAR = schema(
            "Bar",
            number("open")
                    + number("high")
                    + number("low")
                    + number("close")
                    + number("volume")
                    + whole("count")
                    + number("vwap"));

    /** Result of a rolling window. */
    public static final String ROLLING =
            schema("Rolling", number("mean") + numberOrNull("sd") + number("low") + number("high") + number("vwap"));

    /** A trade with its quote. */
    public static final String ENRICHED =
            schema("Enriched", number("price") + number("size") + numberOrNull("bid") + numberOrNull("ask"));

    private ResultRows() {}

    /**
     * What a rolling result says.
     *
     * @param mean mean price
     * @param variance its sample variance, NaN for a single row
     * @param low least price
     * @param high greatest price
     * @param vwap mean price by size
     */
    public record Statistics(double mean, double variance, double low, double high, double vwap) {}

    /** A rolling result. */
    public static byte[] rolling(AvroBytes out, String symbol, long millis, Statistics of) {
        return out.begin(SCHEMA_ID)
                .text(symbol)
                .whole(millis * 1_000)
                .number(of.mean())
                .numberOrNull(Math.sqrt(of.variance()))
                .number(of.low())
                .number(of.high())
                .number(of.vwap())
                .toBytes();
    }

    /** A joined result; NaN for no quote. */
    public static byte[] enriched(AvroBytes out, InputRow trade, double bid, double ask) {
        return out.begin(SCHEMA_ID)
                .text(trade.symbol)
                .whole(trade.millis * 1_000)
                .number(trade.price)
                .number(trade.size)
                .numberOrNull(bid)
                .numberOrNull(ask)
                .toBytes();
    }

    private static String schema(String name, String fields) {
        return ("{\"type\": \"record\", \"name\": \"%s\", \"fields\": [{\"name\": \"symbol\", \"type\": \"string\"},"
                        + " {\"name\": \"ts\", \"type\": {\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}}%s]}")
                .formatted(name, fields);
    }

    private static String number(String name) {
        return ", {\"name\": \"" + name + "\", \"type\": \"double\"}";
    }

    private static String whole(String name) {
        return ", {\"name\": \"" + name + "\", \"type\": \"long\"}";
    }

    private static String numberOrNull(String name) {
        return ", {\"name\": \"" + name + "\", \"type\": [\"null\", \"double\"]}";
    }
}

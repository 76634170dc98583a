package io.polaroid.bench.workload;

import java.nio.ByteBuffer;

/**
 * Running open, high, low, close, volume, count and vwap of one bucket. First and last go by event time, and among equal times
 * by arrival, as in all contestants. Public fields for the reason given in {@link InputRow}.
 */
public final class Bar {
    /** Bytes of {@link #write}. */
    public static final int BYTES = 9 * 8;

    /** Event time of the first row. */
    public long openMillis;

    /** Event time of the last row. */
    public long closeMillis;

    /** First price. */
    public double open;

    /** Greatest price. */
    public double high;

    /** Least price. */
    public double low;

    /** Last price. */
    public double close;

    /** Sum of sizes. */
    public double volume;

    /** Sum of price times size. */
    public double turnover;

    /** Rows. */
    public long count;

    /** A bar without rows. */
    public Bar() {}

    /** Takes a row in. */
    public Bar add(long millis, double price, double size) {
        if (count == 0) {
            openMillis = millis;
            closeMillis = millis;
            open = high = low = close = price;
        } else {
            if (millis < openMillis) {
                openMillis = millis;
                open = price;
            }
            if (millis >= closeMillis) {
                closeMillis = millis;
                close = price;
            }
            high = Math.max(high, price);
            low = Math.min(low, price);
        }
        volume += size;
        turnover += price * size;
        count++;
        return this;
    }

    /** Fixed-width form for state stores. */
    public byte[] write() {
        return ByteBuffer.allocate(BYTES)
                .putLong(openMillis)
                .putLong(closeMillis)
                .putDouble(open)
                .putDouble(high)
                .putDouble(low)
                .putDouble(close)
                .putDouble(volume)
                .putDouble(turnover)
                .putLong(count)
                .array();
    }

    /** Reads {@link #write}. */
    public static Bar read(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var bar = new Bar();
        bar.openMillis = in.getLong();
        bar.closeMillis = in.getLong();
        bar.open = in.getDouble();
        bar.high = in.getDouble();
        bar.low = in.getDouble();
        bar.close = in.getDouble();
        bar.volume = in.getDouble();
        bar.turnover = in.getDouble();
        bar.count = in.getLong();
        return bar;
    }

    /** The result row, as {@link ResultRows#BAR} describes it. */
    public byte[] encode(AvroBytes out, String symbol, long startMillis) {
        return out.begin(ResultRows.SCHEMA_ID)
                .text(symbol)
                .whole(startMillis * 1_000)
                .number(open)
                .number(high)
                .number(low)
                .number(close)
                .number(volume)
                .whole(count)
                .number(turnover / volume)
                .toBytes();
    }
}

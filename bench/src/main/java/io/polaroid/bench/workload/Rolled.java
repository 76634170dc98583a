package io.polaroid.bench.workload;

import java.nio.ByteBuffer;

/**
 * Running mean, deviation, least and greatest price and vwap of a window to which rows are added. Deviations by Welford's method,
 * since plain sums of squares lose the digits that are compared. Public fields for the reason given in {@link InputRow}.
 */
public final class Rolled {
    private static final int BYTES = 8 * 8;

    /** Event time of the last row. */
    public long lastMillis = Long.MIN_VALUE;

    /** Rows. */
    public long count;

    /** Mean price. */
    public double mean;

    /** Sum of the squares of the distances from the mean. */
    public double spread;

    /** Least price. */
    public double low = Double.POSITIVE_INFINITY;

    /** Greatest price. */
    public double high = Double.NEGATIVE_INFINITY;

    /** Sum of sizes. */
    public double volume;

    /** Sum of price times size. */
    public double turnover;

    /** A window without rows. */
    public Rolled() {}

    /** Takes a row in. */
    public Rolled add(long millis, double price, double size) {
        lastMillis = Math.max(lastMillis, millis);
        count++;
        double distance = price - mean;
        mean += distance / count;
        spread += distance * (price - mean);
        low = Math.min(low, price);
        high = Math.max(high, price);
        volume += size;
        turnover += price * size;
        return this;
    }

    /** Fixed-width form for state stores. */
    public byte[] write() {
        return ByteBuffer.allocate(BYTES)
                .putLong(lastMillis)
                .putLong(count)
                .putDouble(mean)
                .putDouble(spread)
                .putDouble(low)
                .putDouble(high)
                .putDouble(volume)
                .putDouble(turnover)
                .array();
    }

    /** Reads {@link #write}. */
    public static Rolled read(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var rolled = new Rolled();
        rolled.lastMillis = in.getLong();
        rolled.count = in.getLong();
        rolled.mean = in.getDouble();
        rolled.spread = in.getDouble();
        rolled.low = in.getDouble();
        rolled.high = in.getDouble();
        rolled.volume = in.getDouble();
        rolled.turnover = in.getDouble();
        return rolled;
    }

    /** The result row, as {@link ResultRows#ROLLING} describes it. */
    public byte[] encode(AvroBytes out, String symbol, long millis) {
        double variance = count < 2 ? Double.NaN : spread / (count - 1);
        return ResultRows.rolling(
                out, symbol, millis, new ResultRows.Statistics(mean, variance, low, high, turnover / volume));
    }
}

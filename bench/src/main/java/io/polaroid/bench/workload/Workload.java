package io.polaroid.bench.workload;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A feed made from a seed: one row each 720 microseconds of event time (5,000,000 rows are an hour), in whole milliseconds,
 * one row of a hundred up to five seconds late. Whole milliseconds, because Kafka's record timestamps and versioned tables
 * know no finer ones, and all contestants must see the same order.
 *
 * @param rows how many rows
 * @param series how many symbols
 * @param skew how rows spread over symbols
 */
public record Workload(long rows, int series, Skew skew) {
    /** Event time of the first row: 2024-11-05T14:00:00Z. */
    public static final long BASE_MILLIS = 1_730_815_200_000L;

    /** Partitions of each topic. */
    public static final int PARTITIONS = 4;

    private static final long STEP_MICROS = 720;
    private static final int LATE_ONE_IN = 100;
    private static final int LATE_MILLIS = 5_000;

    /** How rows spread over symbols. */
    public enum Skew {
        /** The k-th symbol in proportion to 1/k. */
        ZIPF,
        /** All alike. */
        UNIFORM,
        /** One symbol has half of all rows, the others share the rest. */
        HALF
    }

    /** Takes one row. */
    @FunctionalInterface
    public interface Sink {
        /** One row: its symbol's number, event time, price and size. */
        void accept(int symbol, long millis, double price, double size);
    }

    /** Names topics and tables of this feed. */
    public String id() {
        return "%d_%d_%s".formatted(rows, series, skew.name().toLowerCase(Locale.ROOT));
    }

    /** The symbols, of equal length. */
    public String[] symbols() {
        int digits = Math.max(3, Integer.toString(series - 1).length());
        var symbols = new String[series];
        for (int i = 0; i < series; i++) {
            symbols[i] = "S" + ("%0" + digits + "d").formatted(i);
        }
        return symbols;
    }

    /**
     * Plays the feed.
     *
     * @param seed feeds of different seeds differ in all but their times
     */
    public void play(long seed, Sink sink) {
        var random = new SplittableRandom(seed);
        var weights = cumulative();
        var prices = new double[series];
        Arrays.setAll(prices, symbol -> 20 + symbol % 400);
        for (long i = 0; i < rows; i++) {
            int symbol = pick(weights, random.nextDouble());
            long millis = BASE_MILLIS + i * STEP_MICROS / 1_000;
            if (random.nextInt(LATE_ONE_IN) == 0) {
                millis -= random.nextInt(1, LATE_MILLIS + 1);
            }
            double price = Math.max(1, prices[symbol] + (random.nextInt(21) - 10) / 100.0);
            prices[symbol] = Math.rint(price * 100) / 100;
            sink.accept(symbol, millis, prices[symbol], random.nextInt(1, 1_000) / 100.0);
        }
    }

    private double[] cumulative() {
        var weights = new double[series];
        double sum = 0;
        for (int i = 0; i < series; i++) {
            sum += switch (skew) {
                case ZIPF -> 1.0 / (i + 1);
                case UNIFORM -> 1;
                case HALF -> i == 0 ? Math.max(1, series - 1) : 1;
            };
            weights[i] = sum;
        }
        for (int i = 0; i < series; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    private static int pick(double[] cumulative, double at) {
        int found = Arrays.binarySearch(cumulative, at);
        return Math.min(found >= 0 ? found : -found - 1, cumulative.length - 1);
    }
}

package io.polaroid.bench.child;

import java.util.Locale;

/** What a contestant works out of its input. */
public enum Job {
    /** Open, high, low, close, volume, count and vwap of each symbol and second. */
    RESAMPLE_1S(1_000),
    /** The same of each minute. */
    RESAMPLE_1M(60_000),
    /** Count, volume and vwap of the last 60 s of the symbol, for each trade. */
    ROLLING_60S(60_000),
    /** Each trade with the last quote of its symbol at or before it, at most 2 s older. */
    ASOF(2_000);

    private final long millis;

    Job(long millis) {
        this.millis = millis;
    }

    /** Length of bucket, window or tolerance. */
    public long millis() {
        return millis;
    }

    /** Whether it aggregates buckets. */
    public boolean resamples() {
        return this == RESAMPLE_1S || this == RESAMPLE_1M;
    }

    /** Its name on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The job of this name. */
    public static Job of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}

package io.polaroid.timeseries.aggregate;

import java.util.Locale;
import java.util.Optional;

/** What a quantile is that lies between two values; as in Polars. */
enum Interpolation {
    NEAREST,
    LOWER,
    HIGHER,
    MIDPOINT,
    LINEAR,
    EQUIPROBABLE;

    static Optional<Interpolation> named(String name) {
        for (Interpolation one : values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** The quantile of {@code sorted[from, to)}, which is not empty. */
    double of(double[] sorted, int from, int to, double quantile) {
        int count = to - from;
        double place = (count - 1) * quantile;
        int low = from + Math.min((int) place, count - 1);
        int high = from + Math.min((int) Math.ceil(place), count - 1);
        return switch (this) {
            case NEAREST -> sorted[from + (int) Math.floor(place + 0.5)];
            case LOWER -> sorted[low];
            case HIGHER -> sorted[high];
            case MIDPOINT -> low == high ? sorted[low] : (sorted[low] + sorted[high]) / 2;
            case LINEAR ->
                low == high ? sorted[low] : (place - (low - from)) * (sorted[high] - sorted[low]) + sorted[low];
            case EQUIPROBABLE -> sorted[from + (int) Math.max(Math.ceil(count * quantile) - 1, 0)];
        };
    }
}

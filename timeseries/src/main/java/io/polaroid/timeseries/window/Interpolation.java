package io.polaroid.timeseries.window;

/** What a quantile is that falls between two values; names of Polars. */
public enum Interpolation {
    /** The value whose rank is nearer; the greater one half way. */
    NEAREST,
    /** The greater value. */
    HIGHER,
    /** The lesser value. */
    LOWER,
    /** Half way between both. */
    MIDPOINT,
    /** In proportion to where it falls. */
    LINEAR,
    /** The value up to which a part of at least this size lies. */
    EQUIPROBABLE;

    /** The quantile of sorted values. */
    double of(Sorted values, int count, double quantile) {
        double place = (count - 1) * quantile;
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return switch (this) {
            case NEAREST -> values.at((int) Math.floor(place + 0.5));
            case HIGHER -> values.at(above);
            case LOWER -> values.at(below);
            case EQUIPROBABLE -> values.at(Math.max(0, (int) Math.ceil(count * quantile) - 1));
            case MIDPOINT -> below == above ? values.at(below) : (values.at(below) + values.at(above)) / 2;
            case LINEAR ->
                below == above
                        ? values.at(below)
                        : (place - below) * (values.at(above) - values.at(below)) + values.at(below);
        };
    }
}

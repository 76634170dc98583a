package io.polaroid.ingest.rows;

import java.util.Locale;

/** The unit in which a feed counts time since 1970 UTC. */
public enum EpochUnit {
    S(9),
    MS(6),
    US(3),
    NS(0);

    private final int nanosExponent;

    EpochUnit(int nanosExponent) {
        this.nanosExponent = nanosExponent;
    }

    /** How many decimal digits finer a nanosecond is. */
    int nanosExponent() {
        return nanosExponent;
    }

    /** Its name in a configuration: {@code s}, {@code ms}, {@code us} or {@code ns}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

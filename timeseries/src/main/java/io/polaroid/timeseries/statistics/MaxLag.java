package io.polaroid.timeseries.statistics;

/** The greatest lag of an ADF regression. */
public sealed interface MaxLag {
    /** {@code ceil(12 (n/100)^(1/4))} after Schwert (1989), or less where the series is short. */
    record Schwert() implements MaxLag {}

    /**
     * A lag that the caller chose.
     *
     * @param lags 0 to {@code n/2 - 1 - terms}; the test refuses others
     */
    record Fixed(int lags) implements MaxLag {}

    /** Schwert's rule. */
    static MaxLag schwert() {
        return new Schwert();
    }

    /** This lag. */
    static MaxLag of(int lags) {
        return new Fixed(lags);
    }
}

package io.polaroid.timeseries.batch;

/** Where the first window of a series starts. */
public enum StartBy {
    /** At the series' first time truncated to {@code every}, plus {@code offset}. */
    WINDOW,
    /** At the series' first time. */
    DATAPOINT,
    /** On the Monday of the first time's week, plus {@code offset}; the others likewise. */
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    THURSDAY,
    FRIDAY,
    SATURDAY,
    SUNDAY;

    boolean isWeekday() {
        return ordinal() >= MONDAY.ordinal();
    }

    int daysAfterMonday() {
        return ordinal() - MONDAY.ordinal();
    }
}

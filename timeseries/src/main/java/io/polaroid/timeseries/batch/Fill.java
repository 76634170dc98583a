package io.polaroid.timeseries.batch;

/**
 * What a column says in a window without rows. As soon as one column says anything but {@link None}, the windows between the first and
 * the last one of each series are all there.
 */
public sealed interface Fill {
    /** No limit on how many windows in a row are filled. */
    int NO_LIMIT = Integer.MAX_VALUE;

    /** Nothing, and asks for no windows: null where another column does. */
    record None() implements Fill {}

    /** Null. */
    record Null() implements Fill {}

    /**
     * The value of the last window before that has one.
     *
     * @param limit how many windows in a row are filled at most; the rest is null
     */
    record Previous(int limit) implements Fill {}

    /**
     * The value that another column has in the last window before that has one, as in flat bars at the last close.
     *
     * @param column an output of the same type
     * @param limit how many windows in a row are filled at most; the rest is null
     */
    record PreviousOf(String column, int limit) implements Fill {}

    /**
     * On the line between the values before and after, by the lower bounds of windows; the column is Float64.
     *
     * @param limit how many windows in a row are filled at most; the rest is null
     */
    record Linear(int limit) implements Fill {}

    /**
     * One value.
     *
     * @param value a Long, Double or Boolean that fits the column
     * @param limit how many windows in a row are filled at most; the rest is null
     */
    record Constant(Object value, int limit) implements Fill {}
}

package io.polaroid.timeseries.batch;

/**
 * A column and the name of its result. A column of the input with that name is replaced in its place.
 *
 * @param column what is read
 * @param name the name of the result
 */
public record Target(String column, String name) {
    /** A result that takes the column's place. */
    public static Target of(String column) {
        return new Target(column, column);
    }

    /** A result under another name. */
    public static Target of(String column, String name) {
        return new Target(column, name);
    }
}

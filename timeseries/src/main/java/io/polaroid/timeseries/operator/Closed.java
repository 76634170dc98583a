package io.polaroid.timeseries.operator;

/** Which ends of a window belong to it. */
public enum Closed {
    /** {@code (start, end]}. */
    RIGHT,
    /** {@code [start, end)}. */
    LEFT,
    /** {@code [start, end]}. */
    BOTH,
    /** {@code (start, end)}. */
    NONE;

    boolean hasStart() {
        return this == LEFT || this == BOTH;
    }

    boolean hasEnd() {
        return this == RIGHT || this == BOTH;
    }
}

package io.polaroid.timeseries.column;

/** What a null in a key column means. */
public enum NullKeys {
    /** Null is a key like others, and equals null. */
    EQUAL,
    /** A row with a null has no key. */
    NO_KEY
}

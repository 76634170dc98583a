package io.polaroid.registry.core;

/** How thorough a deletion is. */
public enum Deletion {
    /** Out of listings and of compatibility; ids still resolve. */
    SOFT,
    /** Gone; data written with the schema cannot be read any more. */
    PERMANENT
}

package io.polaroid.timeseries.expr;

import org.jspecify.annotations.Nullable;

/**
 * Where in its text an expression stood. All places are equal, so that two expressions are equal when they mean the same,
 * wherever they were written.
 */
public final class Place {
    /** The place of an expression that was not parsed from text. */
    public static final Place NONE = new Place(-1);

    private final int offset;

    private Place(int offset) {
        this.offset = offset;
    }

    /** The place at a character offset, from 0. */
    public static Place at(int offset) {
        return new Place(offset);
    }

    /** Character offset in the text, from 0; -1 for {@link #NONE}. */
    public int offset() {
        return offset;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Place;
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return offset < 0 ? "nowhere" : "character " + (offset + 1);
    }
}

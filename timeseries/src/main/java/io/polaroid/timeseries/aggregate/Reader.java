package io.polaroid.timeseries.aggregate;

import org.jspecify.annotations.Nullable;

/** Reads the result of one aggregate call out of the state. Those that can do so without a box say how. */
@FunctionalInterface
interface Reader {
    /** The result: a Long, a Double, a Boolean, or null for no value. */
    @Nullable
    Object of(Slots state);

    /** Whether there is no value. */
    default boolean isNull(Slots state) {
        return of(state) == null;
    }

    /** The result as a double; undefined for no value. */
    default double doubleAt(Slots state) {
        return of(state) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** The result as a long; undefined for no value. */
    default long longAt(Slots state) {
        return of(state) instanceof Number number ? number.longValue() : 0;
    }

    /**
     * The value of an accumulator.
     *
     * @param count says whether there is a value, for one that cannot say so itself
     */
    record Held(Accumulator held, @Nullable Accumulator count) implements Reader {
        @Override
        public @Nullable Object of(Slots state) {
            return isNull(state) ? null : held.value(state);
        }

        @Override
        public boolean isNull(Slots state) {
            return count == null ? held.isNull(state) : count.getLong(state, 0) == 0;
        }

        @Override
        public double doubleAt(Slots state) {
            return held.doubleAt(state);
        }

        @Override
        public long longAt(Slots state) {
            return held.longAt(state);
        }
    }
}

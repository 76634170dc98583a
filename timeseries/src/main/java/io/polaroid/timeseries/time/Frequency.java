package io.polaroid.timeseries.time;

import io.polaroid.timeseries.result.Result;

/** How often: a fixed length, a number of calendar months, or every row. */
public sealed interface Frequency {
    /**
     * A fixed length of time.
     *
     * @param nanos its length; positive
     */
    record Fixed(long nanos) implements Frequency {
        public Fixed {
            if (nanos <= 0) {
                throw new IllegalArgumentException("nanos is " + nanos + "; a frequency is longer than nothing");
            }
        }
    }

    /**
     * Calendar months; a quarter is 3, a year is 12.
     *
     * @param months how many; positive
     */
    record Calendar(int months) implements Frequency {
        public Calendar {
            if (months <= 0) {
                throw new IllegalArgumentException("months is " + months + "; a frequency is longer than nothing");
            }
        }
    }

    /** Every row by itself. */
    record Tick() implements Frequency {}

    /**
     * Reads a frequency.
     *
     * <p>A number and a unit: {@code ns us ms s m h d w} of fixed length, {@code mo q y} of the calendar (also {@code M}, {@code Q} and
     * {@code Y}); a missing number is 1. Fixed parts add up, as in {@code 1h30m}. {@code tick} is every row. A day is 24 hours, a
     * week 7 days.
     *
     * @return the frequency, or {@code INVALID_ARGUMENT} that says what was expected
     */
    static Result<Frequency> parse(String text) {
        return FrequencyText.parse(text);
    }

    /** The shortest text that {@link #parse} reads as this frequency. */
    default String text() {
        return FrequencyText.of(this);
    }
}

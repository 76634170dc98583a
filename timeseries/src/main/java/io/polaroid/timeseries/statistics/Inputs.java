package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Optional;

/** What both tests demand of their numbers. */
final class Inputs {
    /** Rows times squared columns of a regression; half a million rows with the default lags are 6e9. */
    static final double MOST_WORK = 2e10;

    private Inputs() {}

    /** Refuses numbers that are not finite, and a series of one value. */
    static Optional<Problem> problem(String name, double[] values) {
        for (int row = 0; row < values.length; row++) {
            if (!Double.isFinite(values[row])) {
                String what = Double.isNaN(values[row]) ? "NaN or null" : "infinite";
                return Optional.of(
                        invalid(name + " is " + what + " at row " + row + "; leave such rows out, or fill them in")
                                .with("row", Integer.toString(row)));
            }
        }
        for (double value : values) {
            if (value != values[0]) {
                return Optional.empty();
            }
        }
        return Optional.of(invalid(
                values.length < 2
                        ? name + " has " + values.length + " rows, which are too few for any test"
                        : name + " is constant, " + values[0] + " in all " + values.length
                                + " rows; a test needs a series that changes"));
    }

    /** Refuses a regression that would take too long. */
    static Optional<Problem> tooMuch(long rows, long columns) {
        double work = (double) rows * columns * columns;
        return work <= MOST_WORK
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemCode.BUDGET_EXCEEDED,
                        "a regression of " + rows + " rows on " + columns
                                + " terms is too long; rows times terms squared may be " + (long) MOST_WORK
                                + ": use fewer lags or rows"));
    }

    static Problem invalid(String detail) {
        return Problem.of(ProblemCode.INVALID_ARGUMENT, detail);
    }

    /** The power of two that brings the greatest of some numbers near 1, so that no square overflows. */
    static int scale(double[] values) {
        double greatest = 0;
        for (double value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        return greatest == 0 ? 0 : -Math.getExponent(greatest);
    }

    /** The numbers times a power of two, which rounds nothing. */
    static double[] scaled(double[] values, int scale) {
        double[] scaled = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = Math.scalb(values[i], scale);
        }
        return scaled;
    }
}

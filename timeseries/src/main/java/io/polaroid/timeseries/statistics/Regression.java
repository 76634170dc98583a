package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;

/** The deterministic terms of an ADF regression. */
public enum Regression {
    /** None. */
    N(0),
    /** A constant. */
    C(1),
    /** A constant and a linear trend. */
    CT(2),
    /** A constant, a linear and a quadratic trend. */
    CTT(3);

    private final int terms;

    Regression(int terms) {
        this.terms = terms;
    }

    /** How many terms. */
    public int terms() {
        return terms;
    }

    /** The terms that statsmodels calls so, in any case, or {@code INVALID_ARGUMENT}. */
    public static Result<Regression> parse(String name) {
        for (var regression : values()) {
            if (regression.name().equalsIgnoreCase(name)) {
                return Result.ok(regression);
            }
        }
        return Result.err(
                ProblemCode.INVALID_ARGUMENT, "regression is '" + name + "'; it can be 'n', 'c', 'ct' or 'ctt'");
    }
}

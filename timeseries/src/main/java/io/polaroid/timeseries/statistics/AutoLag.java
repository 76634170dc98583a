package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;

/** How the number of lags is found among 0 to the greatest lag. */
public enum AutoLag {
    /** The least Akaike information criterion. */
    AIC("AIC"),
    /** The least Bayesian information criterion. */
    BIC("BIC"),
    /** From the greatest lag down, the first whose coefficient is significant at 5 %. */
    T_STAT("t-stat"),
    /** Always the greatest lag. */
    NONE("none");

    private final String text;

    AutoLag(String text) {
        this.text = text;
    }

    /** The name that users type. */
    public String text() {
        return text;
    }

    /** The way that statsmodels calls so, in any case, or {@code INVALID_ARGUMENT}. */
    public static Result<AutoLag> parse(String name) {
        for (var way : values()) {
            if (way.text.equalsIgnoreCase(name)) {
                return Result.ok(way);
            }
        }
        return Result.err(
                ProblemCode.INVALID_ARGUMENT,
                "autolag is '" + name + "'; it can be 'AIC', 'BIC', 't-stat' or none at all");
    }
}

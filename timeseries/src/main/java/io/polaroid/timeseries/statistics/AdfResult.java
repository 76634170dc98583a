package io.polaroid.timeseries.statistics;

/**
 * What an ADF test found.
 *
 * @param statistic the t statistic of the lagged level
 * @param pValue MacKinnon's approximate p-value (1994, tables of 2010)
 * @param usedLag how many lagged differences the regression has
 * @param observations how many rows the regression has
 * @param criticalValues of the statistic, for this many rows
 */
public record AdfResult(double statistic, double pValue, int usedLag, int observations, CriticalValues criticalValues) {
    /**
     * Critical values after MacKinnon (2010): below them the unit root is rejected.
     *
     * @param onePercent at the 1 % level
     * @param fivePercent at the 5 % level
     * @param tenPercent at the 10 % level
     */
    public record CriticalValues(double onePercent, double fivePercent, double tenPercent) {}
}

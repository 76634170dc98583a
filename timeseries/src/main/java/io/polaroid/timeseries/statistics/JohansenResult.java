package io.polaroid.timeseries.statistics;

import java.util.List;

/**
 * What a Johansen test of p series found. Element r of each list is about the hypothesis that there are r cointegrating relations.
 *
 * @param eigenvalues p numbers, descending
 * @param eigenvectors p lists of p weights, one list for each eigenvalue: the weights of the series in that relation, normalised so
 *     that the level's residual covariance is 1; the first weight that is not zero is positive
 * @param traceStatistics against "more than r relations"
 * @param maxEigenStatistics against "r + 1 relations"
 * @param traceCriticalValues of the trace statistics
 * @param maxEigenCriticalValues of the maximum eigenvalue statistics
 */
public record JohansenResult(
        List<Double> eigenvalues,
        List<List<Double>> eigenvectors,
        List<Double> traceStatistics,
        List<Double> maxEigenStatistics,
        List<CriticalValues> traceCriticalValues,
        List<CriticalValues> maxEigenCriticalValues) {
    /** Holds copies. */
    public JohansenResult {
        eigenvalues = List.copyOf(eigenvalues);
        eigenvectors = eigenvectors.stream().map(List::copyOf).toList();
        traceStatistics = List.copyOf(traceStatistics);
        maxEigenStatistics = List.copyOf(maxEigenStatistics);
        traceCriticalValues = List.copyOf(traceCriticalValues);
        maxEigenCriticalValues = List.copyOf(maxEigenCriticalValues);
    }

    /**
     * Critical values: above them the hypothesis is rejected. NaN where more than 12 series are left, for which there is no table.
     *
     * @param at90 at the 90 % level
     * @param at95 at the 95 % level
     * @param at99 at the 99 % level
     */
    public record CriticalValues(double at90, double at95, double at99) {}
}

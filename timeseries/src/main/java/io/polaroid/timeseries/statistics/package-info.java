/**
 * Tests of stationarity and cointegration: values with pure functions over arrays, and over row windows of a table.
 *
 * <p>Entry: {@link io.polaroid.timeseries.statistics.AdfTest}, {@link io.polaroid.timeseries.statistics.JohansenTest}, {@link
 * io.polaroid.timeseries.statistics.RollingAdf}. The numbers are those of statsmodels 0.15. Every regression is solved by orthogonal
 * factors, never by normal equations; the tables of critical values are in {@code MacKinnon} and {@code JohansenTables}.
 */
@NullMarked
package io.polaroid.timeseries.statistics;

import org.jspecify.annotations.NullMarked;

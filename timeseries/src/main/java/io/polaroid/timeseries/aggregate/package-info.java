/**
 * Aggregates: as running state in slots that the caller owns, and over many windows of a table at once.
 *
 * <p>Entry points: {@link io.polaroid.timeseries.aggregate.AggregatePlan#of} and {@link
 * io.polaroid.timeseries.aggregate.TableAggregates#of}. An aggregate expression is a scalar expression over
 * aggregate calls over scalar expressions; equal calls share their state.
 *
 * <ul>
 *   <li><b>Order</b> does not matter: sums and sums of squares are kept in two and three doubles, so that the result is the exact
 *       one, rounded once (as Python's {@code math.fsum}), unless magnitudes within one sum lie more than about 100 bits apart.
 *   <li><b>Nulls</b> are skipped. The sum of nothing is 0, its count 0, all else null; std and var (n - 1) of fewer than two are null.
 *   <li><b>NaN and infinities</b> follow IEEE once they enter a sum, as does a sum that overflows on its way. Min and max
 *       leave NaN out unless there is nothing else, as in Polars, and -0.0 is below 0.0.
 *   <li><b>Types</b> sum, min, max, first and last of whole numbers are Int64 (a sum that does not fit is null), and min, max, first
 *       and last of times, dates and booleans keep their type; all else is Float8.
 * </ul>
 */
@NullMarked
package io.polaroid.timeseries.aggregate;

import org.jspecify.annotations.NullMarked;

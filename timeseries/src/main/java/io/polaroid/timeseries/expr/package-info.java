/**
 * SQL scalar expressions, parsed into a sealed tree and evaluated over rows.
 *
 * <p>Entry points: {@link io.polaroid.timeseries.expr.Predicate#of} and {@link io.polaroid.timeseries.expr.Expr#parse}. What DuckDB 2
 * answers is the reference:
 *
 * <ul>
 *   <li>Logic has three values; null in arithmetic and comparisons gives null, {@code least} and {@code greatest} leave nulls out.
 *   <li>{@code /} divides doubles, so {@code 1 / 0} is Infinity; {@code %} has the sign of its left side.
 *   <li>NaN equals NaN and is greater than every number; {@code -0.0 = 0.0}.
 *   <li>Whole numbers are 64 bits wide; what does not fit, and {@code x % 0} of whole numbers, is null.
 *   <li>Decimals, written or read, are doubles.
 *   <li>Text beside a time is a time, in UTC if it names no zone.
 * </ul>
 *
 * <p>Evaluation never throws for a row of the schema that the expression was bound to.
 */
@NullMarked
package io.polaroid.timeseries.expr;

import org.jspecify.annotations.NullMarked;

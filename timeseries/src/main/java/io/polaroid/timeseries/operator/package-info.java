/**
 * Operators as values with pure functions over time-sorted rows, shared by stream and batch.
 *
 * <p>Rows ascend by (event time, offset). Ranges of indexes are half-open. Distances of time that run over the ends of 64 bits stop
 * there.
 */
@NullMarked
package io.polaroid.timeseries.operator;

import org.jspecify.annotations.NullMarked;

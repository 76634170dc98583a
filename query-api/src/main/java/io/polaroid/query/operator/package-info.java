/** Operators of plain frames over tables in memory: filter, sort, compute, join, limit. Same contract as those of time series. */
@NullMarked
package io.polaroid.query.operator;

import org.jspecify.annotations.NullMarked;

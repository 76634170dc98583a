/** Failures as values: a Result is Ok or Err with a Problem that says what was wrong, where, and what to do. */
@NullMarked
package io.polaroid.timeseries.result;

import org.jspecify.annotations.NullMarked;

/** Mergeable aggregates whose running state lives in slots that the caller owns. */
@NullMarked
package io.polaroid.timeseries.aggregate;

import org.jspecify.annotations.NullMarked;

/** Time as values: frequencies, buckets, time units. */
@NullMarked
package io.polaroid.timeseries.time;

import org.jspecify.annotations.NullMarked;

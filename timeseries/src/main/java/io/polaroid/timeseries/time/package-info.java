/** Time as values: frequencies of streams, spans of tables, buckets, calendar arithmetic in zones, time units. */
@NullMarked
package io.polaroid.timeseries.time;

import org.jspecify.annotations.NullMarked;

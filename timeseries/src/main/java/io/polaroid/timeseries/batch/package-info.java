/**
 * Operators over whole tables in Arrow: values with pure functions, the batch side of what the streams run.
 *
 * <p>Results are made from the allocator that the caller gives, and are the caller's to close; inputs are read, never changed or
 * closed.
 */
@NullMarked
package io.polaroid.timeseries.batch;

import org.jspecify.annotations.NullMarked;

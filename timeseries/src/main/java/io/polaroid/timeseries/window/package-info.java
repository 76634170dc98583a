/**
 * Running statistics over windows whose ends move forward: each row enters and leaves once.
 *
 * <p>Kernels ({@link io.polaroid.timeseries.window.Kernel}) read the rows of one series, which lie together and ascend by time, and
 * write one cell per window. Rows without a value count for nothing. Sums keep what rounding loses, so that a sum of a window is what
 * adding up its rows alone would give (decision 3).
 */
@NullMarked
package io.polaroid.timeseries.window;

import org.jspecify.annotations.NullMarked;

/** Windows of time that depend on no row, so that rows can be assigned to them in whatever order they come. */
@NullMarked
package io.polaroid.timeseries.grid;

import org.jspecify.annotations.NullMarked;

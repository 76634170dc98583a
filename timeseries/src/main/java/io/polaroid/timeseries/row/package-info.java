/** The row view that kernels read: cells by position, whatever holds them. */
@NullMarked
package io.polaroid.timeseries.row;

import org.jspecify.annotations.NullMarked;

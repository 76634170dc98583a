/**
 * Typed access to Arrow columns for kernels over whole tables: read ({@link io.polaroid.timeseries.column.Column}, {@link
 * io.polaroid.timeseries.column.Times}), group ({@link io.polaroid.timeseries.column.Keys}, {@link
 * io.polaroid.timeseries.column.Groups}), take rows ({@link io.polaroid.timeseries.column.Gather}) and make columns ({@link
 * io.polaroid.timeseries.column.Made}).
 *
 * <p>Columns that are read are borrowed. Columns that are made belong to the caller, or to the {@link
 * io.polaroid.timeseries.column.Made} that collects them. Hot loops run over Java arrays, which {@code Column.longs()} and {@code
 * doubles()} fill in bulk; single cells are for what is asked seldom.
 */
@NullMarked
package io.polaroid.timeseries.column;

import org.jspecify.annotations.NullMarked;

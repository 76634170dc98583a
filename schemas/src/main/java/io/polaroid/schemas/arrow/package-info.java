/**
 * Records of many rows: an Arrow IPC stream of one record batch, read without an object a row and written.
 *
 * <p>Entry points: {@link io.polaroid.schemas.arrow.BatchReader} and {@link io.polaroid.schemas.arrow.BatchWriter}. What is read may
 * be anything: lengths are checked against the record's bytes before anything is taken from them, and what is no batch is a
 * {@link io.polaroid.timeseries.result.Problem}.
 */
@NullMarked
package io.polaroid.schemas.arrow;

import org.jspecify.annotations.NullMarked;

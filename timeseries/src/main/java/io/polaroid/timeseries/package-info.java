/** The functional core: values in, values or a Problem out; no Kafka, no I/O, no clock. */
@NullMarked
package io.polaroid.timeseries;

import org.jspecify.annotations.NullMarked;

/** Tests of the Parquet sink, on real files. */
@NullMarked
package io.polaroid.sinks.parquet;

import org.jspecify.annotations.NullMarked;

/** Published rows to Parquet, exactly once. */
@NullMarked
package io.polaroid.sinks.parquet;

import org.jspecify.annotations.NullMarked;

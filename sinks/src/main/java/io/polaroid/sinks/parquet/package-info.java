/**
 * Published rows to Parquet, exactly once: a Kafka Connect sink whose files end where the records say, never where a clock or
 * a restart says, so that whoever writes a file again writes the same one. What counts is what the manifest of a partition
 * names; files beyond it are left-overs of a crash or of a zombie, and are written again under the same names.
 */
@NullMarked
package io.polaroid.sinks.parquet;

import org.jspecify.annotations.NullMarked;

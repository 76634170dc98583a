/** Kafka Connect source connectors. */
@NullMarked
package io.polaroid.ingest;

import org.jspecify.annotations.NullMarked;

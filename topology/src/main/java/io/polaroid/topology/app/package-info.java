/** A running pipeline: topics, Kafka Streams, and the read port over its stores. */
@NullMarked
package io.polaroid.topology.app;

import org.jspecify.annotations.NullMarked;

/** Kafka Streams processors: thin shells that call row tiers and view operators and send what came out. */
@NullMarked
package io.polaroid.topology.processor;

import org.jspecify.annotations.NullMarked;

/** Turns a pipeline into a Kafka Streams topology. */
@NullMarked
package io.polaroid.topology;

import org.jspecify.annotations.NullMarked;

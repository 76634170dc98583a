/** Kafka Streams' DSL as its users write it. */
@NullMarked
package io.polaroid.bench.dsl;

import org.jspecify.annotations.NullMarked;

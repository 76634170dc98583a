/** Flink as a contestant, in a module of its own since its Kafka connector wants another kafka-clients. */
@NullMarked
package io.polaroid.bench.flink;

import org.jspecify.annotations.NullMarked;

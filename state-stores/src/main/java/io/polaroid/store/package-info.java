/** The Arrow stores of Kafka Streams and the port through which they are read. */
@NullMarked
package io.polaroid.store;

import org.jspecify.annotations.NullMarked;

/** A Kafka Connect worker in this process, with exactly-once sources. */
@NullMarked
package io.polaroid.launcher.connect;

import org.jspecify.annotations.NullMarked;

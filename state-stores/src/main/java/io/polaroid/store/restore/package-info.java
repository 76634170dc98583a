/** Watches Kafka Streams restore stores from their topics. Entry point: {@link io.polaroid.store.restore.RestoreProgress}. */
@NullMarked
package io.polaroid.store.restore;

import org.jspecify.annotations.NullMarked;

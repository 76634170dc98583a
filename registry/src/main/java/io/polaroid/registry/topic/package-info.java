/** The compacted topic that a registry's state is read from and written to. */
@NullMarked
package io.polaroid.registry.topic;

import org.jspecify.annotations.NullMarked;

/** The embedded schema registry: the Confluent REST protocol over a compacted topic. */
@NullMarked
package io.polaroid.registry;

import org.jspecify.annotations.NullMarked;

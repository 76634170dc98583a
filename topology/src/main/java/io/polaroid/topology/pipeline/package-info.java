/** A pipeline as a value: streams and the views over them. What the YAML loader and the Java API both make. */
@NullMarked
package io.polaroid.topology.pipeline;

import org.jspecify.annotations.NullMarked;

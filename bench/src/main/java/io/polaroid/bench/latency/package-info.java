/** Latency at a fixed rate. */
@NullMarked
package io.polaroid.bench.latency;

import org.jspecify.annotations.NullMarked;

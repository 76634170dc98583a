/** Polaroid as a contestant. */
@NullMarked
package io.polaroid.bench.engine;

import org.jspecify.annotations.NullMarked;

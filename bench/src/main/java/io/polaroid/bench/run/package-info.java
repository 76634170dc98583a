/** Starts broker and contestants, asks the oracle, and writes results. */
@NullMarked
package io.polaroid.bench.run;

import org.jspecify.annotations.NullMarked;

/** The least heap in which operators over whole tables get through. */
@NullMarked
package io.polaroid.bench.heap;

import org.jspecify.annotations.NullMarked;

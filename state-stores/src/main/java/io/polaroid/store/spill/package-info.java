/**
 * Numbers that say where rows are, on the heap while there is room and in mapped files that nobody keeps when there is not.
 *
 * <p>Entry point: {@link io.polaroid.store.spill.Spill}.
 */
@NullMarked
package io.polaroid.store.spill;

import org.jspecify.annotations.NullMarked;

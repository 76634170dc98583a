/**
 * The rows of a store on disk: sealed segments (immutable Arrow files with checksums, memory-mapped), the rows that are not
 * sealed yet, and a manifest that is replaced atomically and alone says what counts.
 *
 * <p>Entry point: {@link io.polaroid.store.segment.SegmentStore}.
 */
@NullMarked
package io.polaroid.store.segment;

import org.jspecify.annotations.NullMarked;

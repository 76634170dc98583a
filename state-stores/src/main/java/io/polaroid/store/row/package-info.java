/** The row tier: recent rows of one stream partition, restored from the stream's own topic. */
@NullMarked
package io.polaroid.store.row;

import org.jspecify.annotations.NullMarked;

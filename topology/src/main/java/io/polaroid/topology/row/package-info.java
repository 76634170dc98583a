/** From record to row: what a stream accepts, and what it says of the rest. */
@NullMarked
package io.polaroid.topology.row;

import org.jspecify.annotations.NullMarked;

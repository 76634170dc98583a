/** What a stream is declared to be, and which records of its topic are rows of it: one rule for the engine and the sinks. */
@NullMarked
package io.polaroid.schemas.stream;

import org.jspecify.annotations.NullMarked;

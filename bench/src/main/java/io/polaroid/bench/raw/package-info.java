/** The limit: a consumer loop that decodes and aggregates in hash maps. */
@NullMarked
package io.polaroid.bench.raw;

import org.jspecify.annotations.NullMarked;

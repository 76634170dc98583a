/** The rows that every contestant reads, and how they and the results are written: made from a seed, hand-coded bytes. */
@NullMarked
package io.polaroid.bench.workload;

import org.jspecify.annotations.NullMarked;

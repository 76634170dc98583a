/** JMH benchmarks of the kernels. */
@NullMarked
package io.polaroid.bench.kernel;

import org.jspecify.annotations.NullMarked;

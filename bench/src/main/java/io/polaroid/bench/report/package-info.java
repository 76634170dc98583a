/** Tables made from result files. */
@NullMarked
package io.polaroid.bench.report;

import org.jspecify.annotations.NullMarked;

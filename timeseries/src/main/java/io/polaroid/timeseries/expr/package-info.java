/** SQL scalar expressions, parsed into a sealed tree and evaluated over rows. */
@NullMarked
package io.polaroid.timeseries.expr;

import org.jspecify.annotations.NullMarked;

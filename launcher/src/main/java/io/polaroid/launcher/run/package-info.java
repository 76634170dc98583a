/** The composition root: opens the parts of a stack in order, in parallel where safe, and closes them in reverse. */
@NullMarked
package io.polaroid.launcher.run;

import org.jspecify.annotations.NullMarked;

/** The composition root: command line, configuration, the embedded stack. */
@NullMarked
package io.polaroid.launcher;

import org.jspecify.annotations.NullMarked;

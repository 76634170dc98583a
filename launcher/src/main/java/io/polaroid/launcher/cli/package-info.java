/** The command line: one class per command, one place that prints. */
@NullMarked
package io.polaroid.launcher.cli;

import org.jspecify.annotations.NullMarked;

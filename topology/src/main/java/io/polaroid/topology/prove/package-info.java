/** Whether what a view published is the batch answer: its input read again and computed at once, and compared row by row. */
@NullMarked
package io.polaroid.topology.prove;

import org.jspecify.annotations.NullMarked;

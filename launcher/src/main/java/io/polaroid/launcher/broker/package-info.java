/** A KRaft broker and controller in this process, for one machine: no replication, small buffers, quick recovery. */
@NullMarked
package io.polaroid.launcher.broker;

import org.jspecify.annotations.NullMarked;

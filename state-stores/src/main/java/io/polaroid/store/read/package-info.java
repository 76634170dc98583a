/** The one port through which anything reads state: live tables, their committed snapshots, feed and view status. */
@NullMarked
package io.polaroid.store.read;

import org.jspecify.annotations.NullMarked;

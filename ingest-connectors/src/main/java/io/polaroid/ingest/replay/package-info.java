/** Recorded feeds: the file format, and a local WebSocket server that plays them at their own pace. */
@NullMarked
package io.polaroid.ingest.replay;

import org.jspecify.annotations.NullMarked;

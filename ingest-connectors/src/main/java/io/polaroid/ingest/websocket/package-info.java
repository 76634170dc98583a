/** The WebSocket source connector: a thin Connect task around a feed that reconnects, resumes and holds back. */
@NullMarked
package io.polaroid.ingest.websocket;

import org.jspecify.annotations.NullMarked;

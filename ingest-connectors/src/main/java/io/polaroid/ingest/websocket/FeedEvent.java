package io.polaroid.ingest.websocket;

import io.polaroid.ingest.rows.Received;

/** What a feed tells, in order. */
public sealed interface FeedEvent {
    /** It is connected and has subscribed. */
    record Up() implements FeedEvent {}

    /** The connection is lost; once for each loss. */
    record Down() implements FeedEvent {}

    /** A message came. */
    record Message(Received received) implements FeedEvent {}

    /** It has given up; nothing follows. */
    record Failed(String reason) implements FeedEvent {}
}

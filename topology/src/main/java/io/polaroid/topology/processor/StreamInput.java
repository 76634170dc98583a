package io.polaroid.topology.processor;

/** What a stream's processor hands to the views on it. */
public sealed interface StreamInput permits StreamRow, StreamFrame {
    /** Stream name. */
    String stream();
}

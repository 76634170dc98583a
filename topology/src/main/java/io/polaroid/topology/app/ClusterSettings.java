package io.polaroid.topology.app;

/**
 * How instances of one application share its partitions.
 *
 * @param standbys how many other instances keep a copy of each partition's state, so that one of them can go on at once
 * @param protocol how they agree on who does what
 */
public record ClusterSettings(int standbys, Protocol protocol) {
    /** A group stays with one protocol; to change it, all instances must have left. */
    public enum Protocol {
        /** The assignment is worked out by one of the instances. */
        CLASSIC,
        /** It is worked out by the broker (Kafka 4.2 or newer). */
        STREAMS
    }

    public ClusterSettings {
        if (standbys < 0) {
            throw new IllegalArgumentException("standbys is " + standbys + "; there are none or more");
        }
    }

    /** No standbys, the classic protocol. */
    public static ClusterSettings standard() {
        return new ClusterSettings(0, Protocol.CLASSIC);
    }
}

package io.polaroid.store.query;

import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;

/** Whether a position is as far as an asker wants it, by the rules of Kafka's own stores. */
public final class Bounds {
    private Bounds() {}

    /** Whether, for one partition, each topic that the bound names is at its offset or behind it. */
    public static boolean reached(Position position, PositionBound bound, int partition) {
        Position wanted = bound.position();
        for (String topic : wanted.getTopics()) {
            Long least = wanted.getPartitionPositions(topic).get(partition);
            if (least == null) {
                continue;
            }
            Long seen = position.getPartitionPositions(topic).get(partition);
            if (seen == null || seen < least) {
                return false;
            }
        }
        return true;
    }
}

package io.polaroid.topology.prove;

import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition from its very first row on: from history what the topic has no more, the rest from the topic. What both have is taken
 * from the topic, so that no row is there twice.
 */
final class Source {
    private final Topic topics;
    private final History history;
    private final List<String> cuts = new ArrayList<>();

    Source(Topic topics, History history) {
        this.topics = topics;
        this.history = history;
    }

    /**
     * Reads up to an offset, or to the last committed record.
     *
     * @param format of the topic's records
     * @param columns of the rows that history gives
     * @param end offset, exclusive; {@link Long#MAX_VALUE} for all that is committed
     * @throws PolaroidException {@code HISTORY_HOLE} if neither has all rows
     */
    void read(
            TopicPartition partition,
            StreamFormat format,
            Schema columns,
            long end,
            History.Each old,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        long first = topics.first(partition);
        if (first > 0) {
            long boundary = history.boundary(partition.topic(), partition.partition());
            if (boundary + 1 < format.position(first, 0)) {
                throw hole(partition, first, format.offset(boundary));
            }
            long below = Math.min(first, end);
            long[] rows = new long[1];
            long number = format.position(below, 0);
            history.read(partition.topic(), partition.partition(), columns, number, (long offset, Row row) -> {
                rows[0]++;
                old.take(offset, row);
            });
            cuts.add("%s: %d rows below offset %d from history, the rest from the topic; history goes on to %d"
                    .formatted(partition, rows[0], below, format.offset(boundary)));
        }
        topics.read(partition, end, each);
    }

    /** Where history ended and the topic began, of each partition that was read from both. */
    List<String> cuts() {
        return List.copyOf(cuts);
    }

    static PolaroidException hole(TopicPartition partition, long first, long boundary) {
        return new PolaroidException(Problem.of(
                ProblemCode.HISTORY_HOLE,
                boundary < 0
                        ? "%s begins at offset %d, older records are gone, and no sink has written them to Parquet"
                                .formatted(partition, first)
                        : "%s begins at offset %d and its Parquet ends at %d: what lies between is gone"
                                .formatted(partition, first, boundary)));
    }
}

package io.polaroid.launcher.config;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a view can read: a stream or another view.
 *
 * @param name its name
 * @param kind what messages call it: stream or view
 * @param columns its columns, as views over it see them
 * @param key key columns
 * @param time time column
 * @param id the feed's id column
 * @param partitions of its topic
 * @param retention how long its rows are kept
 */
record Input(
        String name,
        String kind,
        StreamColumns columns,
        List<String> key,
        String time,
        Optional<String> id,
        int partitions,
        Duration retention) {

    static Input of(StreamSpec stream, StreamColumns columns) {
        return new Input(
                stream.name(),
                "stream",
                columns,
                stream.key(),
                stream.time(),
                stream.id(),
                stream.partitions(),
                stream.retention());
    }

    /** A view over inputs of which {@code from} is the first. */
    static Input of(ViewSpec view, StreamColumns columns, Input from) {
        return new Input(
                view.name(),
                "view",
                columns,
                from.key(),
                from.time(),
                Optional.empty(),
                from.partitions(),
                view.policy().retention());
    }

    boolean isView() {
        return kind.equals("view");
    }

    Schema arrow() {
        return columns.schema();
    }
}

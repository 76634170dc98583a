package io.polaroid.query;

import io.polaroid.query.topic.TopicSource;
import io.polaroid.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a {@link QueryServer} needs to know.
 *
 * @param host address to listen on; loopback unless access is guarded otherwise
 * @param grpcPort port of gRPC and Flight, 0 for any free one
 * @param httpPort port of the web server, 0 for any free one
 * @param lakeRoots folder of the Parquet sink of each table, {@code <root>/<table>/_manifest/<partition>.json} and the files these
 *     name; tables that no sink writes are missing
 * @param fileRoots folders that clients may read files from
 * @param writeRoots folders that clients may write files into
 * @param bootstrapServers Kafka brokers, for topic tables; may be empty if there are none
 * @param registry schema registry, for topic tables
 * @param topicTables tables that are topics read on demand ({@code bars_1s.late}, {@code dead_letter}), by table name
 * @param memoryLimitBytes most memory that the SQL engine takes for all queries together
 * @param threads threads of the SQL engine
 * @param queryTimeout longest time that a query may take to its next batch
 */
public record QueryServerConfig(
        String host,
        int grpcPort,
        int httpPort,
        Map<String, Path> lakeRoots,
        List<Path> fileRoots,
        List<Path> writeRoots,
        String bootstrapServers,
        SchemaRegistry registry,
        Map<String, TopicSource> topicTables,
        long memoryLimitBytes,
        int threads,
        Duration queryTimeout) {
    public QueryServerConfig {
        lakeRoots = Map.copyOf(lakeRoots);
        fileRoots = List.copyOf(fileRoots);
        writeRoots = List.copyOf(writeRoots);
        topicTables = Map.copyOf(topicTables);
        require(memoryLimitBytes >= 1 << 24, "memoryLimitBytes", memoryLimitBytes, "at least 16 MiB");
        require(threads >= 1, "threads", threads, "at least 1");
        require(queryTimeout.isPositive(), "queryTimeout", queryTimeout.toMillis(), "positive");
    }

    private static void require(boolean holds, String field, long value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(field + " is " + value + ", must be " + rule);
        }
    }
}

package io.polaroid.launcher.run;

import io.polaroid.query.QueryServer;
import io.polaroid.query.QueryServerConfig;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.read.LiveTables;
import io.polaroid.store.read.PipelineStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A query server without a pipeline: over files, and over tables that it is sent. */
public final class LocalQueries implements AutoCloseable {
    private static final long LIMIT = 1L << 30;
    private static final Duration QUERY_TIMEOUT = Duration.ofMinutes(5);

    private final BufferAllocator allocator;
    private final QueryServer server;

    private LocalQueries(BufferAllocator allocator, QueryServer server) {
        this.allocator = allocator;
        this.server = server;
    }

    /**
     * Starts on free ports.
     *
     * @param folder what clients may read and write below
     */
    public static LocalQueries open(Path folder) {
        var allocator = new RootAllocator(LIMIT);
        try {
            var roots = List.of(folder.toAbsolutePath());
            var config = new QueryServerConfig(
                    "127.0.0.1",
                    0,
                    0,
                    Map.of(),
                    roots,
                    roots,
                    "",
                    new InMemorySchemaRegistry(),
                    Map.of(),
                    LIMIT,
                    Runtime.getRuntime().availableProcessors(),
                    QUERY_TIMEOUT);
            LiveTables none = List::of;
            return new LocalQueries(
                    allocator, QueryServer.open(config, none, new NoPipeline(), allocator, InstantSource.system()));
        } catch (RuntimeException e) {
            allocator.close();
            throw e;
        }
    }

    /** The port of gRPC and Flight. */
    public int grpcPort() {
        return server.grpcPort();
    }

    @Override
    public void close() {
        server.close();
        allocator.close();
    }

    /** There is nothing to wait for. */
    private record NoPipeline() implements PipelineStatus {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public String application() {
            return "local";
        }

        @Override
        public List<StreamStatus> streams() {
            return List.of();
        }

        @Override
        public List<ViewStatus> views() {
            return List.of();
        }

        @Override
        public List<FeedStatus> feeds() {
            return List.of();
        }
    }
}

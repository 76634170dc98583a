package io.polaroid.query;

import io.polaroid.query.topic.TopicSource;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.read.LiveTables;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/** Query servers over fake tables. */
public final class Servers {
    /** The time at which all handles are made. */
    public static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    private Servers() {}

    /** A configuration with free ports and these folders. */
    public static QueryServerConfig config(Map<String, Path> lakes, List<Path> files, Map<String, TopicSource> topics) {
        return new QueryServerConfig(
                "127.0.0.1",
                0,
                0,
                lakes,
                files,
                files,
                "127.0.0.1:1",
                new InMemorySchemaRegistry(),
                topics,
                256L << 20,
                2,
                Duration.ofSeconds(20));
    }

    /** A server without history, files and topics. */
    public static QueryServer open(BufferAllocator allocator, FakeLiveTable... tables) {
        LiveTables live = () -> List.of(tables);
        return QueryServer.open(config(Map.of(), List.of(), Map.of()), live, new FakeStatus(true), allocator, CLOCK);
    }
}

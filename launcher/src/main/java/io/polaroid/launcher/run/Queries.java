package io.polaroid.launcher.run;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.query.QueryServer;
import io.polaroid.query.QueryServerConfig;
import io.polaroid.query.topic.TopicSource;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.Names;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/** The query server of a process that runs a pipeline. */
final class Queries {
    private static final long ARROW_LIMIT = 1L << 30;
    private static final long ENGINE_LIMIT = 1L << 30;
    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(60);

    private Queries() {}

    /** Arrow memory of a process: what the stores may take, and no less than usual. */
    static long arrowLimit(PipelineFile file) {
        return Math.max(ARROW_LIMIT, file.engine().state().memoryBytes());
    }

    static QueryServer open(
            PipelineFile file,
            Settings settings,
            String bootstrap,
            SchemaRegistry client,
            StreamsApp app,
            PipelineStatus status,
            BufferAllocator allocator) {
        return QueryServer.open(
                config(file, settings, bootstrap, client, topics(file, client, allocator)),
                app,
                status,
                allocator,
                InstantSource.system());
    }

    /** Topics that are read when they are asked for: what came late, what was published when, what was no row. */
    private static Map<String, TopicSource> topics(
            PipelineFile file, SchemaRegistry client, BufferAllocator allocator) {
        var topology = PipelineTopology.of(file.pipeline(), client, allocator, new Running())
                .orThrow();
        var topics = new LinkedHashMap<String, TopicSource>();
        for (String view : file.pipeline().views().sequencedKeySet()) {
            String late = Names.lateTopic(view);
            topics.put(late, new TopicSource(late, BuiltInSchemas.late()));
            topics.put(Names.revisionsTable(view), new TopicSource(view, topology.viewAvroSchema(view)));
        }
        topics.put(
                "dead_letter",
                new TopicSource(Names.deadLetterTopic(file.pipeline().application()), BuiltInSchemas.deadLetter()));
        return topics;
    }

    private static QueryServerConfig config(
            PipelineFile file,
            Settings settings,
            String bootstrap,
            SchemaRegistry client,
            Map<String, TopicSource> topics) {
        var lakes = new LinkedHashMap<String, Path>();
        file.sinks()
                .forEach(sink -> sink.from()
                        .forEach(table -> lakes.putIfAbsent(table, sink.path().toAbsolutePath())));
        return new QueryServerConfig(
                "127.0.0.1",
                settings.grpcPort(),
                settings.webPort(),
                lakes,
                List.of(Path.of("").toAbsolutePath(), settings.filesFolder().toAbsolutePath()),
                List.of(settings.filesFolder().toAbsolutePath()),
                bootstrap,
                client,
                topics,
                ENGINE_LIMIT,
                2,
                QUERY_TIMEOUT);
    }

    /** Makes the folders of a process. */
    static void makeFolders(Settings settings) {
        try {
            Files.createDirectories(settings.stateFolder());
            Files.createDirectories(settings.filesFolder());
        } catch (IOException e) {
            throw new PolaroidException(
                    Problem.of(
                            ProblemCode.INVALID_ARGUMENT,
                            "folder %s cannot be written (%s); set POLAROID_DATA to one that can"
                                    .formatted(settings.data(), e.getMessage())),
                    e);
        }
    }
}

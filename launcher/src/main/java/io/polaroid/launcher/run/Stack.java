package io.polaroid.launcher.run;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.broker.EmbeddedBroker;
import io.polaroid.launcher.broker.Ports;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.launcher.connect.ConnectorWatch;
import io.polaroid.launcher.connect.EmbeddedConnect;
import io.polaroid.query.QueryServer;
import io.polaroid.registry.RegistryConfig;
import io.polaroid.registry.SchemaRegistryServer;
import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.topology.app.StreamsApp;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The whole stack in one process: broker, schema registry, Connect worker, pipeline and query server. What the pipeline file
 * names elsewhere (brokers, registry) is not started here.
 */
public final class Stack implements AutoCloseable {
    private final Closer closer;
    private final StreamsApp app;
    private final ConnectorWatch connectors;
    private final Addresses addresses;

    private Stack(Closer closer, StreamsApp app, ConnectorWatch connectors, Addresses addresses) {
        this.closer = closer;
        this.app = app;
        this.connectors = connectors;
        this.addresses = addresses;
    }

    /**
     * Where the parts answer.
     *
     * @param bootstrap Kafka
     * @param registry schema registry
     * @param connect Kafka Connect's REST interface
     * @param grpcPort gRPC and Flight
     * @param webPort page, REST, metrics
     */
    public record Addresses(String bootstrap, URI registry, URI connect, int grpcPort, int webPort) {}

    /**
     * Starts everything and returns when it serves; {@link #ready} tells when the pipeline has restored.
     *
     * @throws PolaroidException if a port or folder is taken, or a part cannot start
     */
    public static Stack open(PipelineFile file, Settings settings) {
        var closer = new Closer();
        try {
            Queries.makeFolders(settings);
            return new Opening(file, Processing.answering(settings), closer).open();
        } catch (RuntimeException e) {
            closer.closeAfter(e);
            throw e;
        }
    }

    /** Where the parts answer. */
    public Addresses addresses() {
        return addresses;
    }

    /** Whether every assigned partition is restored and processing. */
    public boolean ready() {
        return app.ready();
    }

    /** What has failed for good, if anything has: a connector or one of its tasks, or the pipeline. */
    public Optional<String> failure() {
        if (app.failed()) {
            return Optional.of("the pipeline has stopped after repeated failures");
        }
        return connectors.failure();
    }

    @Override
    public void close() {
        closer.close();
    }

    /** The steps of a start: broker, then registry, Connect and the pipeline side by side, then queries and connectors. */
    private record Opening(PipelineFile file, Settings settings, Closer closer) {
        Stack open() {
            int registryPort = Ports.claim(settings.registryPort(), "the schema registry", "POLAROID_REGISTRY_PORT");
            Ports.claim(settings.webPort(), "the page and REST", "POLAROID_WEB_PORT");
            BufferAllocator allocator = closer.add("the Arrow allocator", new RootAllocator(Queries.arrowLimit(file)));
            String bootstrap = file.bootstrap().orElseGet(this::broker);
            URI registry = file.registry().orElse(URI.create("http://127.0.0.1:" + registryPort));
            var client = HttpSchemaRegistry.of(List.of(registry));

            var sourcesAndSinks = new Connectors(file, registry);
            SequencedMap<String, Map<String, String>> connectors = sourcesAndSinks.all();
            var started = start(sourcesAndSinks.group(), bootstrap, registryPort, client, allocator);
            EmbeddedConnect connect = started.connect();
            StreamsApp app = started.app();
            var watch = closer.add("the watch over connectors", connect.watch(InstantSource.system()));
            var status = new StackStatus(app, watch);
            QueryServer server = closer.add(
                    "the query server", Queries.open(file, settings, bootstrap, client, app, status, allocator));
            putAll(connect, connectors);
            watch.watch(List.copyOf(connectors.sequencedKeySet()));
            return new Stack(
                    closer,
                    app,
                    watch,
                    new Addresses(bootstrap, registry, connect.restUrl(), server.grpcPort(), server.httpPort()));
        }

        private record Started(EmbeddedConnect connect, StreamsApp app) {}

        /** The three parts that need no more than the broker, side by side. Topics are there when the pipeline is open. */
        private Started start(
                String group,
                String bootstrap,
                int registryPort,
                HttpSchemaRegistry client,
                BufferAllocator allocator) {
            try (var threads = Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().name("start-", 0).factory())) {
                var registryUp = CompletableFuture.<AutoCloseable>supplyAsync(
                        () -> file.registry().isPresent()
                                ? () -> {}
                                : SchemaRegistryServer.open(RegistryConfig.of(bootstrap, "127.0.0.1", registryPort)),
                        threads);
                var connectUp = CompletableFuture.supplyAsync(
                        () -> EmbeddedConnect.open(group, bootstrap, settings.connectPort()), threads);
                // The pipeline registers its schemas when it opens.
                var appUp = registryUp.thenApplyAsync(
                        ignored -> StreamsApp.open(
                                file.pipeline(), Processing.streams(file, settings, bootstrap), client, allocator),
                        threads);
                // All are waited for, also after one has failed: what has started must be closed.
                keep("the schema registry", registryUp);
                keep("Kafka Connect", connectUp);
                keep("the pipeline", appUp);
                await(registryUp);
                return new Started(await(connectUp), await(appUp));
            }
        }

        private void keep(String name, CompletableFuture<? extends AutoCloseable> part) {
            part.handle((opened, failure) -> opened == null ? null : closer.add(name, opened))
                    .join();
        }

        private static <T> T await(CompletableFuture<T> part) {
            try {
                return part.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        private String broker() {
            var broker = EmbeddedBroker.open(settings.kafkaFolder(), settings.kafkaPort());
            return closer.add("the broker", broker).bootstrap();
        }

        /** Connectors of an earlier pipeline file would go on feeding and writing: they are removed. */
        private static void putAll(EmbeddedConnect connect, SequencedMap<String, Map<String, String>> connectors) {
            connectors.forEach(connect::put);
            for (String name : connect.connectors()) {
                if (!connectors.containsKey(name)) {
                    connect.remove(name);
                }
            }
        }
    }
}

package io.polaroid.launcher.run;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.broker.Ports;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.query.QueryServer;
import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.RootAllocator;

/** One more process of a pipeline: it processes and answers queries; broker, registry and connectors are elsewhere. */
public final class Processing implements AutoCloseable {
    private final Closer closer;
    private final StreamsApp app;
    private final Addresses addresses;

    private Processing(Closer closer, StreamsApp app, Addresses addresses) {
        this.closer = closer;
        this.app = app;
        this.addresses = addresses;
    }

    /**
     * What it uses, and where it answers.
     *
     * @param bootstrap Kafka
     * @param registry schema registry
     * @param grpcPort gRPC and Flight
     * @param webPort page, REST, metrics
     */
    public record Addresses(String bootstrap, URI registry, int grpcPort, int webPort) {}

    /**
     * Joins the application's other processes.
     *
     * @throws PolaroidException if a port or folder is taken, or Kafka or the registry does not answer
     */
    public static Processing open(PipelineFile file, Settings given) {
        var closer = new Closer();
        try {
            Queries.makeFolders(given);
            var settings = answering(given);
            Ports.claim(settings.webPort(), "the page and REST", "POLAROID_WEB_PORT");
            var allocator = closer.add("the Arrow allocator", new RootAllocator(Queries.arrowLimit(file)));
            String bootstrap = file.bootstrap().orElseGet(settings::localBroker);
            URI registry = file.registry().orElseGet(settings::localRegistry);
            var client = HttpSchemaRegistry.of(List.of(registry));
            StreamsApp app = closer.add(
                    "the pipeline",
                    StreamsApp.open(file.pipeline(), streams(file, settings, bootstrap), client, allocator));
            QueryServer server = closer.add(
                    "the query server", Queries.open(file, settings, bootstrap, client, app, app, allocator));
            return new Processing(
                    closer, app, new Addresses(bootstrap, registry, server.grpcPort(), server.httpPort()));
        } catch (RuntimeException e) {
            closer.closeAfter(e);
            throw e;
        }
    }

    /** With the port of gRPC and Flight, which other processes have to know before it is listened on. */
    static Settings answering(Settings settings) {
        return settings.withGrpcPort(Ports.claim(settings.grpcPort(), "gRPC and Flight", "POLAROID_GRPC_PORT"));
    }

    /** The settings of a process that runs the file's pipeline. */
    static StreamsSettings streams(PipelineFile file, Settings settings, String bootstrap) {
        var usual = StreamsSettings.of(bootstrap, settings.stateFolder());
        return new StreamsSettings(
                bootstrap,
                settings.stateFolder(),
                usual.commitInterval(),
                usual.answeringAt("127.0.0.1", settings.grpcPort()).kafka(),
                file.engine().frames(),
                file.engine().cluster(),
                file.engine().state());
    }

    /** What it uses, and where it answers. */
    public Addresses addresses() {
        return addresses;
    }

    /** Whether every partition that is assigned to this process is restored and processing. */
    public boolean ready() {
        return app.ready();
    }

    /** What has failed for good, if anything has. */
    public Optional<String> failure() {
        return app.failed() ? Optional.of("the pipeline has stopped after repeated failures") : Optional.empty();
    }

    @Override
    public void close() {
        closer.close();
    }
}

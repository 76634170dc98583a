package io.polaroid.registry;

import io.javalin.Javalin;
import io.polaroid.registry.http.RegistryRoutes;
import io.polaroid.registry.topic.SchemasTopic;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The embedded schema registry: the Avro part of the Confluent REST protocol, over a compacted topic. It serves when all
 * schemas have been read back. Not there: schema references, schema types other than Avro, contexts, changing the mode.
 */
public final class SchemaRegistryServer implements AutoCloseable {
    private final SchemasTopic topic;
    private final Javalin http;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SchemaRegistryServer(SchemasTopic topic, Javalin http) {
        this.topic = topic;
        this.http = http;
    }

    /**
     * Starts a registry.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException if the brokers cannot be reached or the topic is unfit
     */
    public static SchemaRegistryServer open(RegistryConfig config) {
        SchemasTopic topic = SchemasTopic.open(config.bootstrapServers(), config.topic(), config.timeout());
        try {
            Javalin http = Javalin.create(javalin -> {
                javalin.startup.showJavalinBanner = false;
                javalin.concurrency.useVirtualThreads = true;
                RegistryRoutes.add(javalin.routes, topic);
            });
            return new SchemaRegistryServer(topic, http.start(config.host(), config.port()));
        } catch (RuntimeException e) {
            topic.close();
            throw e;
        }
    }

    /** The port it listens at. */
    public int port() {
        return http.port();
    }

    /** Stops serving, then lets go of the topic. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                http.stop();
            } finally {
                topic.close();
            }
        }
    }
}

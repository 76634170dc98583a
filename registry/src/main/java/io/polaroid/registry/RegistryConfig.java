package io.polaroid.registry;

import java.time.Duration;

/**
 * Where an embedded registry listens and keeps its schemas.
 *
 * @param bootstrapServers the Kafka brokers
 * @param host address to listen at
 * @param port port to listen at, 0 for any that is free
 * @param topic compacted topic of the schemas, created if it is missing
 * @param timeout how long a request may wait for the brokers
 */
public record RegistryConfig(String bootstrapServers, String host, int port, String topic, Duration timeout) {
    /** The topic that registries use by custom. */
    public static final String DEFAULT_TOPIC = "_schemas";

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    public RegistryConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + "; it goes from 0 to 65535");
        }
        if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it goes from 1 ms to 1 hour");
        }
    }

    /** The usual topic and timeout. */
    public static RegistryConfig of(String bootstrapServers, String host, int port) {
        return new RegistryConfig(bootstrapServers, host, port, DEFAULT_TOPIC, DEFAULT_TIMEOUT);
    }
}

package io.polaroid.store.read;

/**
 * Where an instance answers over Flight.
 *
 * @param host its host
 * @param port its port
 */
public record Endpoint(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}

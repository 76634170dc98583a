package io.polaroid.topology.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.apache.avro.Schema;

/** A {@link HashRegistry} over HTTP, for those who know a registry by its address only. */
final class ClusterRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HashRegistry schemas;
    private final HttpServer server;

    ClusterRegistry(HashRegistry schemas) throws IOException {
        this.schemas = schemas;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/schemas/ids/", this::schema);
        server.createContext("/subjects/", this::register);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void schema(HttpExchange call) throws IOException {
        String path = call.getRequestURI().getPath();
        var schema = schemas.byId(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)))
                .orThrow();
        answer(call, JSON.createObjectNode().put("schema", schema.toString()).toString());
    }

    private void register(HttpExchange call) throws IOException {
        var text = JSON.readTree(call.getRequestBody()).get("schema").asText();
        int id = schemas.register("", new Schema.Parser().parse(text)).orThrow();
        answer(call, JSON.createObjectNode().put("id", id).toString());
    }

    private static void answer(HttpExchange call, String json) throws IOException {
        byte[] body = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        call.sendResponseHeaders(200, body.length);
        try (var out = call.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

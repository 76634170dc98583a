package io.polaroid.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpSchemaRegistryTest {
    private static final Schema SCHEMA = Schema.create(Schema.Type.LONG);
    private static final HttpSchemaRegistry.Retries IMPATIENT =
            new HttpSchemaRegistry.Retries(3, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(10));

    private record Reply(int status, String body) {}

    private final Deque<Reply> replies = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private HttpSchemaRegistry registry;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Reply reply = replies.removeFirst();
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders()
                            .getOrDefault("Authorization", List.of("-"))
                            .getFirst() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        registry = HttpSchemaRegistry.of(List.of(url("")), IMPATIENT);
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void asksOnceForEachIdAndSchema() {
        replies.add(new Reply(200, "{\"schema\":\"\\\"long\\\"\"}"));
        replies.add(new Reply(200, "{\"id\":7}"));

        assertThat(registry.byId(7)).isEqualTo(Result.ok(SCHEMA));
        assertThat(registry.byId(7)).isEqualTo(Result.ok(SCHEMA));
        assertThat(registry.register("my topic-value", SCHEMA)).isEqualTo(Result.ok(7));
        assertThat(registry.register("my topic-value", SCHEMA)).isEqualTo(Result.ok(7));
        assertThat(requests)
                .containsExactly(
                        "GET /schemas/ids/7 - ",
                        "POST /subjects/my%20topic-value/versions - {\"schema\":\"\\\"long\\\"\"}");
    }

    @Test
    void sendsCredentialsOfTheUrl() {
        registry = HttpSchemaRegistry.of(List.of(url("user:word@")), IMPATIENT);
        replies.add(new Reply(200, "{\"id\":7}"));

        assertThat(registry.register("s", SCHEMA)).isEqualTo(Result.ok(7));
        assertThat(requests.getFirst()).contains("Basic dXNlcjp3b3Jk");
    }

    @Test
    void triesAgainAfterAFailure() {
        replies.add(new Reply(503, ""));
        replies.add(new Reply(429, ""));
        replies.add(new Reply(200, "{\"id\":7}"));

        assertThat(registry.register("s", SCHEMA)).isEqualTo(Result.ok(7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "404; {\"error_code\":40403,\"message\":\"no\"}; INVALID_ARGUMENT",
                "200; {\"schema\":\"syntax\",\"schemaType\":\"PROTOBUF\"}; INVALID_ARGUMENT",
                "200; {\"schema\":\"not avro\"}; INVALID_ARGUMENT",
                "404; <html>; REGISTRY_UNREACHABLE",
                "404; {\"error_code\":404}; REGISTRY_UNREACHABLE",
                "401; {}; REGISTRY_UNREACHABLE",
                "200; <html>; REGISTRY_UNREACHABLE",
                "200; {}; REGISTRY_UNREACHABLE"
            })
    void onlyARegistryThatKnowsSaysThatAnIdIsUnknown(int status, String body, ProblemCode code) {
        replies.add(new Reply(status, body));

        assertThat(code(registry.byId(7))).isEqualTo(code);
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        replies.addAll(
                List.of(new Reply(500, ""), new Reply(500, ""), new Reply(500, ""), new Reply(200, "{\"id\":7}")));

        assertThat(code(registry.register("s", SCHEMA))).isEqualTo(ProblemCode.REGISTRY_UNREACHABLE);
        assertThat(requests).hasSize(3);
    }

    @Test
    void aRefusedSchemaIsTheCallersProblem() {
        replies.add(new Reply(409, "{\"error_code\":409,\"message\":\"incompatible\"}"));

        assertThat(code(registry.register("s", SCHEMA))).isEqualTo(ProblemCode.INVALID_CONFIG);
        assertThat(requests).hasSize(1);
    }

    @Test
    void goesToTheNextAddressWhenOneIsDown() {
        replies.add(new Reply(200, "{\"id\":7}"));
        var down = URI.create("http://127.0.0.1:1");

        assertThat(HttpSchemaRegistry.of(List.of(down, url("")), IMPATIENT).register("s", SCHEMA))
                .isEqualTo(Result.ok(7));
        assertThat(code(HttpSchemaRegistry.of(List.of(down), IMPATIENT).register("s", SCHEMA)))
                .isEqualTo(ProblemCode.REGISTRY_UNREACHABLE);
    }

    private URI url(String user) {
        return URI.create("http://" + user + "127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private static ProblemCode code(Result<?> result) {
        assertThat(result).isInstanceOf(Result.Err.class);
        return ((Result.Err<?>) result).problem().code();
    }
}

package io.polaroid.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemaRegistryServerIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final String V1 = record("{\"name\":\"a\",\"type\":\"int\"}");
    private static final String V2 =
            record("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}");
    private static final String BROKEN =
            record("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"c\",\"type\":\"string\"}");
    private static final AtomicInteger TOPICS = new AtomicInteger();

    private static HttpClient http;
    private static SchemaRegistryServer server;

    @BeforeAll
    static void open() {
        http = HttpClient.newHttpClient();
        server = SchemaRegistryServer.open(config("_schemas"));
    }

    @AfterAll
    static void close() {
        server.close();
        http.close();
    }

    @Test
    void registersAndFinds() throws Exception {
        expect(post("/subjects/reg/versions", V1), 200, "{\"id\":" + idOf("reg", 1) + "}");
        expect(get("/subjects/reg/versions"), 200, "[1]");
        expect(get("/subjects/reg/versions/latest/schema"), 200, V1);
        JsonNode found = JSON.readTree(post("/subjects/reg", V1).body());
        assertThat(found.get("version").intValue()).isEqualTo(1);
        assertThat(found.get("schema").textValue()).isEqualTo(V1);
        assertThat(get("/schemas/ids/" + found.get("id") + "/versions").body())
                .contains("{\"subject\":\"reg\",\"version\":1}");
        assertThat(post("/subjects/other-subject/versions", V1).body()).isEqualTo("{\"id\":" + found.get("id") + "}");
        expect(get("/schemas/types"), 200, "[\"AVRO\"]");
        expect(get("/mode"), 200, "{\"mode\":\"READWRITE\"}");
        assertThat(get("/subjects").body()).contains("\"reg\"");
        assertThat(get("/subjects").headers().firstValue("content-type")).hasValue(TYPE);
    }

    @Test
    void refusesWithTheProtocolsCodes() throws Exception {
        post("/subjects/codes/versions", V1);

        assertThat(code(get("/subjects/nobody/versions"))).isEqualTo(40401);
        assertThat(code(get("/subjects/codes/versions/9"))).isEqualTo(40402);
        assertThat(code(get("/schemas/ids/99999"))).isEqualTo(40403);
        assertThat(code(post("/subjects/codes", BROKEN))).isEqualTo(40403);
        assertThat(code(post("/subjects/codes/versions", "{\"type\":\"nothing\"}")))
                .isEqualTo(42201);
        assertThat(code(get("/subjects/codes/versions/0"))).isEqualTo(42202);
        assertThat(code(get("/subjects/codes/versions/first"))).isEqualTo(42202);
        assertThat(code(put("/config", "{\"compatibility\":\"SOMETIMES\"}"))).isEqualTo(42203);
        assertThat(code(post("/subjects/codes/versions", BROKEN))).isEqualTo(409);
        assertThat(get("/nothing/here").statusCode()).isEqualTo(404);
        assertThat(code(send("POST", "/subjects/codes/versions", "{", TYPE))).isEqualTo(400);
        assertThat(code(send("POST", "/subjects/codes/versions", "schema=x", "text/plain")))
                .isEqualTo(415);
    }

    @Test
    void testsCompatibilityBeforeRegistration() throws Exception {
        post("/subjects/compat/versions", V1);

        expect(post("/compatibility/subjects/compat/versions/latest", V2), 200, "{\"is_compatible\":true}");
        JsonNode no = JSON.readTree(post("/compatibility/subjects/compat/versions/1?verbose=true", BROKEN)
                .body());
        assertThat(no.get("is_compatible").booleanValue()).isFalse();
        assertThat(no.get("messages").toString()).contains("READER_FIELD_MISSING_DEFAULT_VALUE", "/fields/1");

        expect(put("/config/compat", "{\"compatibility\":\"NONE\"}"), 200, "{\"compatibility\":\"NONE\"}");
        expect(get("/config/compat"), 200, "{\"compatibilityLevel\":\"NONE\"}");
        assertThat(post("/subjects/compat/versions", BROKEN).statusCode()).isEqualTo(200);
        expect(send("DELETE", "/config/compat", "", TYPE), 200, "{\"compatibilityLevel\":\"NONE\"}");
        assertThat(code(get("/config/compat"))).isEqualTo(40408);
        expect(get("/config/compat?defaultToGlobal=true"), 200, "{\"compatibilityLevel\":\"BACKWARD\"}");
    }

    @Test
    void deletesSoftlyThenForGood() throws Exception {
        String only = record("{\"name\":\"only\",\"type\":\"long\"}");
        int id = JSON.readTree(post("/subjects/gone/versions", only).body())
                .get("id")
                .intValue();

        assertThat(code(send("DELETE", "/subjects/gone?permanent=true", "", TYPE)))
                .isEqualTo(40405);
        expect(send("DELETE", "/subjects/gone/versions/1", "", TYPE), 200, "1");
        assertThat(code(send("DELETE", "/subjects/gone/versions/1", "", TYPE))).isEqualTo(40406);
        assertThat(code(get("/subjects/gone/versions"))).isEqualTo(40401);
        expect(get("/subjects/gone/versions?deleted=true"), 200, "[1]");
        assertThat(get("/schemas/ids/" + id).statusCode()).isEqualTo(200);
        expect(send("DELETE", "/subjects/gone/versions/1?permanent=true", "", TYPE), 200, "1");
        assertThat(code(get("/schemas/ids/" + id))).isEqualTo(40403);
        assertThat(idOf("gone-again", 1, only)).isGreaterThan(id);
    }

    @Test
    void knowsTheSameAfterARestart() throws Exception {
        RegistryConfig config = config("_schemas-restart");
        int first;
        int second;
        try (var before = SchemaRegistryServer.open(config)) {
            HttpSchemaRegistry client = client(before);
            first = client.register("trades-value", BuiltInSchemas.trade()).orThrow();
            second = client.register("quotes-value", BuiltInSchemas.quote()).orThrow();
        }
        try (var after = SchemaRegistryServer.open(config)) {
            HttpSchemaRegistry client = client(after);
            assertThat(client.byId(first)).isEqualTo(Result.ok(BuiltInSchemas.trade()));
            assertThat(client.register("quotes-value", BuiltInSchemas.quote())).isEqualTo(Result.ok(second));
            assertThat(client.register("late-value", BuiltInSchemas.late())).isEqualTo(Result.ok(second + 1));
        }
    }

    @Test
    void refusesATopicThatLosesSchemas() {
        String topic = EmbeddedBroker.shared().newTopic("_schemas-deleting", 1);

        assertThatThrownBy(() -> SchemaRegistryServer.open(configOf(topic)))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining("cleanup.policy=delete");
    }

    private static RegistryConfig config(String prefix) {
        return configOf(prefix + "-it-" + TOPICS.incrementAndGet());
    }

    private static RegistryConfig configOf(String topic) {
        return new RegistryConfig(
                EmbeddedBroker.shared().bootstrapServers(), "127.0.0.1", 0, topic, Duration.ofSeconds(30));
    }

    private static HttpSchemaRegistry client(SchemaRegistryServer of) {
        return HttpSchemaRegistry.of(List.of(URI.create("http://127.0.0.1:" + of.port())));
    }

    private static String record(String fields) {
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}";
    }

    private static int idOf(String subject, int version) throws Exception {
        return idOf(subject, version, V1);
    }

    private static int idOf(String subject, int version, String schema) throws Exception {
        post("/subjects/" + subject + "/versions", schema);
        return JSON.readTree(
                        get("/subjects/" + subject + "/versions/" + version).body())
                .get("id")
                .intValue();
    }

    private static int code(HttpResponse<String> reply) throws IOException {
        JsonNode body = JSON.readTree(reply.body());
        int code = body.get("error_code").intValue();
        assertThat(reply.statusCode()).isEqualTo(code > 999 ? code / 100 : code);
        assertThat(body.get("message").textValue()).isNotBlank();
        return code;
    }

    private static void expect(HttpResponse<String> reply, int status, String json) throws IOException {
        assertThat(JSON.readTree(reply.body())).isEqualTo(JSON.readTree(json));
        assertThat(reply.statusCode()).isEqualTo(status);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> put(String path, String body) throws Exception {
        return send("PUT", path, body, TYPE);
    }

    private static HttpResponse<String> post(String path, String schema) throws Exception {
        return send("POST", path, JSON.writeValueAsString(Map.of("schema", schema)), TYPE);
    }

    private static HttpResponse<String> send(String method, String path, String body, String type) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("content-type", type)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}

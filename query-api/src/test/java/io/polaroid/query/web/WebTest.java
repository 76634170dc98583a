package io.polaroid.query.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.query.FakeLiveTable;
import io.polaroid.query.QueryServer;
import io.polaroid.query.Servers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The web server over real HTTP. */
class WebTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferAllocator allocator = new RootAllocator();
    private final FakeLiveTable bars = FakeLiveTable.bars();
    private HttpClient client;
    private QueryServer server;

    @BeforeEach
    void start() {
        bars.with(0, 0, 0, List.of(bar("A", 1_000_000, 10.5), bar("A", 2_000_000, Double.NaN), bar("B", 1_000_000, 3)));
        server = Servers.open(allocator, FakeLiveTable.trades().with(0, 0, -1, List.of()), bars);
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        allocator.close();
    }

    private static List<Object> bar(String symbol, long ts, double close) {
        return List.of(symbol, ts, close, "null", "null", "null");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.httpPort() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> sql(String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(uri("/api/v1/sql"))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> reply) throws Exception {
        return JSON.readTree(reply.body());
    }

    @Test
    void answersSqlAsColumnsAndRows() throws Exception {
        var reply = sql("{\"sql\": \"SELECT symbol, ts, close, revision FROM bars_1s ORDER BY symbol, ts\"}");
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(json(reply).path("columns").get(1).path("name").asText()).isEqualTo("ts");
        assertThat(json(reply).path("rows")).isEqualTo(JSON.readTree("""
            [["A", "1970-01-01T00:00:01Z", 10.5, null],
             ["A", "1970-01-01T00:00:02Z", "NaN", null],
             ["B", "1970-01-01T00:00:01Z", 3.0, null]]
            """));
    }

    @Test
    void answersFailuresAsProblems() throws Exception {
        var unknown = sql("{\"sql\": \"SELECT * FROM bars_1x\"}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(unknown).path("slug").asText()).isEqualTo("unknown-table");
        assertThat(json(unknown).path("detail").asText()).contains("did you mean bars_1s?");
        assertThat(json(sql("nothing")).path("slug").asText()).isEqualTo("invalid-argument");
        assertThat(json(get("/api/v1/candles?table=bars_1s&symbol=A&limit=0"))
                        .path("slug")
                        .asText())
                .isEqualTo("invalid-argument");
        assertThat(json(get("/nowhere")).path("slug").asText()).isEqualTo("http-404");
    }

    @Test
    void boundsTheRowsOfAnAnswer() throws Exception {
        var reply = sql("{\"sql\": \"SELECT * FROM range(10001)\"}");
        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(json(reply).path("slug").asText()).isEqualTo("budget-exceeded");
        assertThat(json(sql("{\"sql\": \"SELECT * FROM range(10000)\"}")).path("rows"))
                .hasSize(10_000);
    }

    @Test
    void givesTheNewestRowsOfASeriesOldestFirst() throws Exception {
        var rows = json(get("/api/v1/candles?table=bars_1s&symbol=A&limit=1")).path("rows");
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).path("ts").asText()).isEqualTo("1970-01-01T00:00:02Z");
        assertThat(json(get("/api/v1/candles?table=bars_1s&symbol=A%27%20OR%201=1--"))
                        .path("rows"))
                .isEmpty();
    }

    @Test
    void tellsTablesAndStatus() throws Exception {
        var tables = json(get("/api/v1/tables")).path("tables");
        assertThat(tables).hasSize(2);
        assertThat(tables.get(1).path("kind").asText()).isEqualTo("view");
        assertThat(tables.get(1).path("keyColumns").get(0).asText()).isEqualTo("symbol");
        var status = json(get("/api/v1/status"));
        assertThat(status.path("streams").get(0).path("progress").asText()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(status.path("streams").get(1).path("progress").isNull()).isTrue();
        assertThat(status.path("views").get(0).path("counts").path("on_time").asInt())
                .isEqualTo(9);
        assertThat(status.path("feeds").get(0).path("state").asText()).isEqualTo("UP");
        var health = json(get("/health/ready"));
        assertThat(health.path("ready").asBoolean()).isTrue();
        assertThat(health.path("restarting"))
                .isEqualTo(status.path("restarting"))
                .hasToString("[{\"task\":\"source.exchange/0\",\"failures\":2,\"reason\":\"fenced\"}]");
        assertThat(get("/metrics").body())
                .contains("polaroid_rows_total{stream=\"trades\",partition=\"0\"} 10\n")
                .contains("polaroid_progress_seconds{stream=\"trades\",partition=\"0\"} 1700000000.000000000\n")
                .contains("polaroid_view_rows_total{view=\"bars_1s\",input=\"trades\",outcome=\"late\"} 1\n")
                .contains("polaroid_feed_up{source=\"exchange/0\"} 1\n")
                .contains("polaroid_task_failures{task=\"source.exchange/0\"} 2\n");
    }

    @Test
    void sendsOnlyRowsThatChanged() throws Exception {
        var reply = client.send(
                HttpRequest.newBuilder(uri("/api/v1/live?table=bars_1s&symbol=A"))
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofInputStream());
        try (var events = new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8))) {
            assertThat(event(events).path("rows")).hasSize(2);
            bars.with(0, 0, 0, List.of(bar("A", 1_000_000, 10.5), bar("A", 2_000_000, 7), bar("B", 1_000_000, 4)));
            var changed = event(events).path("rows");
            assertThat(changed).hasSize(1);
            assertThat(changed.get(0).path("close").asDouble()).isEqualTo(7);
        }
    }

    @Test
    void tellsWhyThereAreNoLiveRows() throws Exception {
        var unknown = get("/api/v1/live?table=bars_1x&symbol=A");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown).path("slug").asText()).isEqualTo("unknown-table");
        assertThat(json(get("/api/v1/live?table=bars_1s&symbol=A"))
                        .path("detail")
                        .asText())
                .contains("text/event-stream");
    }

    private static JsonNode event(BufferedReader events) throws Exception {
        while (true) {
            var line = events.readLine();
            if (line.startsWith("data:")) {
                return JSON.readTree(line.substring("data:".length()));
            }
        }
    }

    @Test
    void forbidsWhatThePageDoesNotNeed() throws Exception {
        var headers = get("/api/v1/status").headers();
        assertThat(headers.firstValue("Content-Security-Policy").orElse("")).startsWith("default-src 'self';");
        assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }

    @Test
    void describesEveryPathItServes() throws Exception {
        var paths = new ArrayList<String>();
        json(get("/api/v1/openapi.json")).path("paths").fieldNames().forEachRemaining(paths::add);
        assertThat(paths)
                .containsExactlyInAnyOrder(
                        "/health/live",
                        "/health/ready",
                        "/metrics",
                        "/api/v1/tables",
                        "/api/v1/status",
                        "/api/v1/sql",
                        "/api/v1/candles",
                        "/api/v1/live",
                        "/api/v1/openapi.json");
        for (var path : paths) {
            assertThat(get(path).statusCode()).as(path).isNotEqualTo(path.endsWith("/sql") ? 200 : 404);
        }
    }
}

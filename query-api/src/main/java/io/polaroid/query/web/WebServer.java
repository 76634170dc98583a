package io.polaroid.query.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.sse.SseClient;
import io.javalin.http.staticfiles.Location;
import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.problem.HttpProblems;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health, metrics, JSON, live rows and the page, on one port. */
public final class WebServer implements AutoCloseable {
    private static final long MAX_REQUEST_BYTES = 1 << 20;
    private static final String JSON_TYPE = "application/json";
    private static final String PAGE = "/web";
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
                    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
                            + "base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer");
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Javalin javalin;
    private final LiveRows live;

    private WebServer(Javalin javalin, LiveRows live) {
        this.javalin = javalin;
        this.live = live;
    }

    /** Starts the server on a port, 0 for any free one. */
    public static WebServer open(
            String host, int port, SqlApi sql, Catalog catalog, PipelineStatus status, BufferAllocator allocator) {
        var live = new LiveRows(allocator);
        try {
            var javalin = Javalin.create(config -> {
                settings(config, host, port);
                health(config, status);
                api(config, sql, catalog, status);
                live(config, live, catalog);
                failures(config);
            });
            return new WebServer(javalin.start(), live);
        } catch (RuntimeException e) {
            live.close();
            throw e;
        }
    }

    private static void settings(JavalinConfig config, String host, int port) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.maxRequestSize = MAX_REQUEST_BYTES;
        config.jetty.host = host;
        config.jetty.port = port;
        if (WebServer.class.getResource(PAGE + "/index.html") != null) {
            config.staticFiles.add(files -> {
                files.directory = PAGE;
                files.location = Location.CLASSPATH;
                files.headers = Map.of("Cache-Control", "no-cache");
            });
        }
        config.routes.before(ctx -> HEADERS.forEach(ctx::header));
    }

    private static void health(JavalinConfig config, PipelineStatus status) {
        config.routes.get("/health/live", ctx -> json(ctx, Map.of("live", true)));
        config.routes.get("/health/ready", ctx -> {
            Map<String, Object> answer = StatusJson.ready(status);
            ctx.status(Boolean.TRUE.equals(answer.get("ready")) ? 200 : 503);
            json(ctx, answer);
        });
        config.routes.get(
                "/metrics",
                ctx -> ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                        .result(Metrics.of(status)));
    }

    private static void api(JavalinConfig config, SqlApi sql, Catalog catalog, PipelineStatus status) {
        config.routes.get("/api/v1/tables", ctx -> json(ctx, StatusJson.tables(catalog)));
        config.routes.get("/api/v1/status", ctx -> json(ctx, StatusJson.status(status)));
        config.routes.get(
                "/api/v1/openapi.json", ctx -> ctx.contentType(JSON_TYPE).result(openApi()));
        config.routes.post("/api/v1/sql", ctx -> send(ctx, statement(ctx).flatMap(sql::run)));
        config.routes.get(
                "/api/v1/candles",
                ctx -> send(
                        ctx,
                        parameter(ctx, "table")
                                .flatMap(table -> parameter(ctx, "symbol")
                                        .flatMap(symbol ->
                                                limit(ctx).flatMap(limit -> sql.newest(table, symbol, limit))))));
    }

    private static void live(JavalinConfig config, LiveRows live, Catalog catalog) {
        config.routes.before("/api/v1/live", ctx -> {
            series(ctx, catalog).orThrow();
            var accept = Optional.ofNullable(ctx.header("Accept")).orElse("");
            if (!accept.contains("text/event-stream")) {
                throw new PolaroidException(Problem.of(
                        ProblemCode.INVALID_ARGUMENT, "live rows are events; ask with Accept: text/event-stream"));
            }
        });
        config.routes.sse("/api/v1/live", client -> {
            var subscribed = series(client.ctx(), catalog)
                    .flatMap(series -> live.subscribe(series.table(), series.symbol(), rows -> tell(client, rows)));
            switch (subscribed) {
                case Result.Ok<LiveRows.Subscriber>(var subscriber) -> {
                    client.keepAlive();
                    client.onClose(() -> live.unsubscribe(subscriber));
                }
                case Result.Err<LiveRows.Subscriber>(var problem) -> {
                    client.sendEvent("problem", text(HttpProblems.body(problem)));
                    client.close();
                }
            }
        });
    }

    private record Series(LiveTable table, String symbol) {}

    private static Result<Series> series(Context ctx, Catalog catalog) {
        return parameter(ctx, "table")
                .flatMap(catalog::live)
                .flatMap(table -> parameter(ctx, "symbol").map(symbol -> new Series(table, symbol)));
    }

    private static void tell(SseClient client, List<String> rows) {
        if (rows.isEmpty()) {
            client.sendComment("alive");
        } else {
            client.sendEvent("{\"rows\":[" + String.join(",", rows) + "]}");
        }
    }

    private static void failures(JavalinConfig config) {
        config.routes.exception(PolaroidException.class, (e, ctx) -> problem(ctx, e.problem()));
        config.routes.exception(HttpResponseException.class, (e, ctx) -> {
            var body = new LinkedHashMap<String, Object>();
            body.put("type", "about:blank");
            body.put("title", "HTTP " + e.getStatus());
            body.put("status", e.getStatus());
            body.put("detail", String.valueOf(e.getMessage()));
            body.put("slug", "http-" + e.getStatus());
            ctx.status(e.getStatus()).contentType(HttpProblems.MEDIA_TYPE).result(text(body));
        });
        config.routes.exception(Exception.class, (e, ctx) -> {
            LOG.atError().setCause(e).log("{} {} failed", ctx.method(), ctx.path());
            problem(ctx, Problem.of(ProblemCode.INTERNAL, "the request failed; see the server's log"));
        });
    }

    private static Result<String> statement(Context ctx) {
        try {
            var sql = JSON.readTree(ctx.bodyAsBytes()).path("sql");
            return sql.isTextual() && !sql.asText().isBlank()
                    ? Result.ok(sql.asText())
                    : Result.err(ProblemCode.INVALID_ARGUMENT, "the body is JSON with the text field sql");
        } catch (IOException e) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "the body is not JSON; send {\"sql\": \"SELECT …\"}");
        }
    }

    private static Result<String> parameter(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name))
                .filter(value -> !value.isEmpty())
                .<Result<String>>map(Result::ok)
                .orElseGet(() -> Result.err(ProblemCode.INVALID_ARGUMENT, "parameter " + name + " is missing"));
    }

    private static Result<Integer> limit(Context ctx) {
        var text = Optional.ofNullable(ctx.queryParam("limit")).orElse("500");
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= SqlApi.MAX_ROWS) {
                return Result.ok(limit);
            }
        } catch (NumberFormatException e) {
            LOG.atTrace().setCause(e).log("not a number");
        }
        return Result.err(
                ProblemCode.INVALID_ARGUMENT,
                "parameter limit is " + text + ", must be a whole number from 1 to " + SqlApi.MAX_ROWS);
    }

    private static byte[] openApi() {
        try (var in = WebServer.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing from the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(Context ctx, Result<byte[]> body) {
        switch (body) {
            case Result.Ok<byte[]>(var bytes) -> ctx.contentType(JSON_TYPE).result(bytes);
            case Result.Err<byte[]>(var problem) -> problem(ctx, problem);
        }
    }

    private static void problem(Context ctx, Problem problem) {
        ctx.status(HttpProblems.status(problem.code()))
                .contentType(HttpProblems.MEDIA_TYPE)
                .result(text(HttpProblems.body(problem)));
    }

    private static void json(Context ctx, Map<String, Object> body) {
        ctx.contentType(JSON_TYPE).result(text(body));
    }

    private static String text(Map<String, Object> body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        live.close();
        javalin.stop();
    }
}

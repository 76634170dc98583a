package io.polaroid.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A registry that speaks the Confluent REST protocol.
 *
 * <p>Ids and schemas found once are kept for good, since they never change. What the registry does not know is asked again
 * each time. A request that fails by network, 408, 429 or 5xx is tried again, at each address in turn; then, and for every
 * answer that says nothing about the schema (a refused login, a page of a proxy), the problem is {@code REGISTRY_UNREACHABLE}.
 * <br><b>Thread</b> any. It blocks, so stream threads should meet it with warm caches only.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {
    private static final int MAX_CACHED = 10_000;
    private static final int SCHEMA_NOT_FOUND = 40403;
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RestCalls calls;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();

    private record Registered(String subject, String schema) {}

    private HttpSchemaRegistry(RestCalls calls) {
        this.calls = calls;
    }

    /** A client of the registry at any of {@code urls}, with default patience. */
    public static HttpSchemaRegistry of(List<URI> urls) {
        return of(urls, Retries.DEFAULT);
    }

    /**
     * A client of the registry at any of {@code urls}. User name and password in a url ({@code http://name:word@host}) are
     * sent as basic authentication.
     */
    public static HttpSchemaRegistry of(List<URI> urls, Retries retries) {
        return new HttpSchemaRegistry(new RestCalls(
                HttpClient.newBuilder()
                        .connectTimeout(retries.requestTimeout())
                        .version(HttpClient.Version.HTTP_1_1)
                        .build(),
                urls,
                retries));
    }

    /**
     * How long to be patient.
     *
     * @param attempts how often a request is sent at most, over all addresses
     * @param firstPause pause after the first failure; it doubles each time
     * @param maxPause longest pause
     * @param requestTimeout how long one attempt may take
     */
    public record Retries(int attempts, Duration firstPause, Duration maxPause, Duration requestTimeout) {
        /** Five attempts within some seconds. */
        public static final Retries DEFAULT =
                new Retries(5, Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(10));

        public Retries {
            if (attempts < 1) {
                throw new IllegalArgumentException("attempts is " + attempts + "; it is at least 1");
            }
        }

        Duration pauseAfter(int failures) {
            Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
            return pause.compareTo(maxPause) > 0 ? maxPause : pause;
        }
    }

    @Override
    public Result<Integer> register(String subject, Schema schema) {
        var key = new Registered(subject, schema.toString());
        @Nullable Integer known = ids.get(key);
        if (known != null) {
            return Result.ok(known);
        }
        String body = JSON.createObjectNode().put("schema", key.schema()).toString();
        String path = "/subjects/"
                + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20") + "/versions";
        return calls.send(path, request -> request.header("Content-Type", TYPE).POST(BodyPublishers.ofString(body)))
                .flatMap(reply -> registered(reply, subject))
                .map(id -> keep(ids, key, id));
    }

    @Override
    public Result<Schema> byId(int id) {
        @Nullable Schema known = schemas.get(id);
        if (known != null) {
            return Result.ok(known);
        }
        return calls.send("/schemas/ids/" + id, HttpRequest.Builder::GET)
                .flatMap(reply -> schema(reply, id))
                .map(schema -> keep(schemas, id, schema));
    }

    private static Result<Integer> registered(RestCalls.Reply reply, String subject) {
        if (reply.status() == 200) {
            return json(reply)
                    .flatMap(body -> body.path("id").isInt()
                            ? Result.ok(body.get("id").intValue())
                            : Result.err(strange(reply, "no id")));
        }
        String message = message(reply);
        if (reply.status() == 409 || reply.status() == 422) {
            return Result.err(Problem.of(ProblemCode.INVALID_CONFIG, "the registry refuses the schema: " + message)
                    .with("subject", subject));
        }
        return Result.err(strange(reply, message));
    }

    private static Result<Schema> schema(RestCalls.Reply reply, int id) {
        if (reply.status() == 404 && code(reply) == SCHEMA_NOT_FOUND) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "schema id " + id + " is not in the registry");
        }
        if (reply.status() != 200) {
            return Result.err(strange(reply, message(reply)));
        }
        return json(reply).flatMap(body -> parse(body, reply, id));
    }

    private static Result<Schema> parse(JsonNode body, RestCalls.Reply reply, int id) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "schema id " + id + " is " + type + ", not AVRO");
        }
        if (!body.path("schema").isTextual()) {
            return Result.err(strange(reply, "no schema"));
        }
        if (!body.path("references").isEmpty()) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "schema id " + id + " has references, which are not supported; register it with its types inside");
        }
        try {
            // Names and defaults were the writer's business; only the shape matters for reading.
            return Result.ok(new Schema.Parser(NameValidator.NO_VALIDATION)
                    .setValidateDefaults(false)
                    .parse(body.get("schema").textValue()));
        } catch (RuntimeException e) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT, "schema id " + id + " is no Avro schema: " + e.getMessage());
        }
    }

    private static Result<JsonNode> json(RestCalls.Reply reply) {
        try {
            return Result.ok(JSON.readTree(reply.body()));
        } catch (JsonProcessingException e) {
            return Result.err(strange(reply, "no JSON"));
        }
    }

    private static int code(RestCalls.Reply reply) {
        return json(reply).map(body -> body.path("error_code").intValue()).recover(problem -> 0);
    }

    private static String message(RestCalls.Reply reply) {
        return json(reply)
                .map(body -> body.path("message").asText("no message"))
                .recover(problem -> "no message");
    }

    private static Problem strange(RestCalls.Reply reply, String detail) {
        return Problem.of(
                ProblemCode.REGISTRY_UNREACHABLE,
                "the registry answered " + reply.status() + ": " + detail + "; check its url and credentials");
    }

    private static <K, V> V keep(Map<K, V> cache, K key, V value) {
        if (cache.size() >= MAX_CACHED) {
            cache.clear();
        }
        cache.put(key, value);
        return value;
    }
}

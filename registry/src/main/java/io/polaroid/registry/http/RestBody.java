package io.polaroid.registry.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.polaroid.registry.core.Outcome;
import io.polaroid.registry.core.Refusal;
import io.polaroid.registry.core.SchemaVersion;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Requests to values and values to replies. */
final class RestBody {
    /** Attribute of a request that has been answered with an error of ours. */
    static final String ANSWERED = "answered";

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private RestBody() {}

    /** A request that cannot be understood. */
    static final class BadRequest extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;

        BadRequest(Refusal refusal) {
            super(refusal.message(), null, false, false);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    /**
     * Bodies must be declared JSON. A web page of another origin can make a browser send the three form types without asking
     * first, and a registry on loopback is in every browser's reach.
     */
    static void requireJson(Context ctx) {
        boolean hasBody = switch (ctx.method().name()) {
            case "POST", "PUT" -> true;
            default -> false;
        };
        String type = ctx.contentType();
        if (hasBody && (type == null || !type.toLowerCase(Locale.ROOT).contains("json"))) {
            throw new BadRequest(new Refusal(415, "HTTP 415 Unsupported Media Type: send " + CONTENT_TYPE));
        }
    }

    static JsonNode read(Context ctx) {
        try {
            return JSON.readTree(ctx.body());
        } catch (JsonProcessingException e) {
            throw new BadRequest(new Refusal(400, "the body is not JSON: " + e.getOriginalMessage()));
        }
    }

    /** The schema of a request body. */
    static Outcome<String> schemaText(Context ctx) {
        JsonNode body = read(ctx);
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            return invalid("the schema type is " + type + "; this registry has AVRO");
        }
        if (!body.path("references").isEmpty()) {
            return invalid("it has references, which this registry has not; put the named types into the schema");
        }
        return body.path("schema").isTextual()
                ? Outcome.done(body.get("schema").textValue())
                : invalid("the body has no text \"schema\"");
    }

    private static Outcome<String> invalid(String why) {
        return Outcome.refused(new Refusal(42201, "Invalid schema: " + why));
    }

    static int id(Context ctx) {
        try {
            return Integer.parseInt(ctx.pathParam("id"));
        } catch (NumberFormatException e) {
            throw new BadRequest(new Refusal(404, "HTTP 404 Not Found: " + ctx.pathParam("id") + " is no schema id"));
        }
    }

    static boolean flag(Context ctx, String name) {
        return "true".equalsIgnoreCase(ctx.queryParam(name));
    }

    static Map<String, Object> version(SchemaVersion version) {
        Map<String, Object> body = place(version);
        body.put("id", version.id());
        body.put("schema", version.schema());
        return body;
    }

    static Map<String, Object> place(SchemaVersion version) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("subject", version.subject());
        body.put("version", version.version());
        return body;
    }

    static <T> void answer(Context ctx, Outcome<T> outcome, Function<T, ?> form) {
        switch (outcome) {
            case Outcome.Done<T> done -> write(ctx, form.apply(done.value()));
            case Outcome.Refused<T> no -> refuse(ctx, no.refusal());
        }
    }

    /** Answers with JSON that is text already. */
    static void answerText(Context ctx, Outcome<String> outcome) {
        switch (outcome) {
            case Outcome.Done<String> done -> ctx.contentType(CONTENT_TYPE).result(done.value());
            case Outcome.Refused<String> no -> refuse(ctx, no.refusal());
        }
    }

    static void refuse(Context ctx, Refusal refusal) {
        ctx.attribute(ANSWERED, true);
        ctx.status(refusal.status());
        write(ctx, Map.of("error_code", refusal.code(), "message", refusal.message()));
    }

    static void write(Context ctx, Object body) {
        try {
            ctx.contentType(CONTENT_TYPE).result(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}

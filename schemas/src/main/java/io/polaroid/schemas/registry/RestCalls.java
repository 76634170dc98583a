package io.polaroid.schemas.registry;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Requests to one of several addresses, with retries. */
record RestCalls(HttpClient http, List<URI> urls, HttpSchemaRegistry.Retries retries) {
    private static final String ACCEPT = "application/vnd.schemaregistry.v1+json, application/json";

    RestCalls {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("urls is empty; name at least one registry");
        }
    }

    /** An answer of the registry, or of something before it. */
    record Reply(int status, String body) {
        boolean worthAnotherTry() {
            return status == 408 || status == 429 || status >= 500;
        }
    }

    /** The first answer that is not a failure to answer, or {@code REGISTRY_UNREACHABLE} after the last attempt. */
    Result<Reply> send(String path, UnaryOperator<HttpRequest.Builder> body) {
        String failure = "";
        for (int attempt = 1; attempt <= retries.attempts(); attempt++) {
            URI url = urls.get((attempt - 1) % urls.size());
            try {
                if (attempt > 1) {
                    Thread.sleep(retries.pauseAfter(attempt - 1));
                }
                Reply reply = sendOnce(url, path, body);
                if (!reply.worthAnotherTry()) {
                    return Result.ok(reply);
                }
                failure = "it answered " + reply.status();
            } catch (IOException e) {
                failure = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Result.err(ProblemCode.REGISTRY_UNREACHABLE, "interrupted while asking the registry");
            }
        }
        return Result.err(Problem.of(
                        ProblemCode.REGISTRY_UNREACHABLE,
                        "the registry did not answer in " + retries.attempts() + " attempts: " + failure)
                .with("registry", shown(urls.getFirst())));
    }

    private Reply sendOnce(URI url, String path, UnaryOperator<HttpRequest.Builder> body)
            throws IOException, InterruptedException {
        var request = body.apply(HttpRequest.newBuilder(endpoint(url, path))
                .timeout(retries.requestTimeout())
                .header("Accept", ACCEPT));
        @Nullable String user = url.getUserInfo();
        if (user != null) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        var response = http.send(request.build(), BodyHandlers.ofString());
        return new Reply(response.statusCode(), response.body());
    }

    private static URI endpoint(URI url, String path) {
        String base = url.getRawPath() == null ? "" : url.getRawPath();
        return URI.create(shown(url) + (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    /** The address without credentials and path. */
    private static String shown(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}

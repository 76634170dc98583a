package io.polaroid.launcher.history;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The replies of a REST service, page by page as its Link headers (RFC 8288, {@code rel="next"}) lead on, each kept as a file.
 *
 * @param folder where replies are kept
 */
public record RestPages(Path folder) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MOST_PAGES = 10_000;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>[^,]*;\\s*rel=\"?(?:[^\",]* )?next(?: [^\",]*)?\"?");

    /** Replies are kept in this folder. */
    public static RestPages into(Path folder) {
        return new RestPages(folder);
    }

    /**
     * Fetches all pages.
     *
     * @throws PolaroidException {@code INVALID_ARGUMENT} if a page is refused or leads to another host
     */
    public List<String> fetch(URI first) {
        var files = new ArrayList<String>();
        try (var client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            Path into = Files.createTempDirectory(Files.createDirectories(folder), "pages-");
            Optional<URI> next = Optional.of(first);
            while (next.isPresent()) {
                if (files.size() == MOST_PAGES) {
                    throw refused("%s has more than %d pages".formatted(first, MOST_PAGES));
                }
                URI url = next.get();
                var request = HttpRequest.newBuilder(url)
                        .timeout(LIMIT)
                        .header("Accept", "application/json")
                        .build();
                var reply = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (reply.statusCode() != 200) {
                    throw refused("%s answers %d".formatted(url, reply.statusCode()));
                }
                Path file = into.resolve("%05d.json".formatted(files.size()));
                Files.write(file, reply.body());
                files.add(file.toString());
                next = reply.headers().allValues("Link").stream()
                        .map(NEXT::matcher)
                        .filter(java.util.regex.Matcher::find)
                        .map(match -> url.resolve(match.group(1)))
                        .findFirst();
                requireSameHost(first, next);
            }
            return files;
        } catch (IOException e) {
            throw new PolaroidException(
                    Problem.of(ProblemCode.INVALID_ARGUMENT, "%s: %s".formatted(first, e.getMessage())), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolaroidException(Problem.of(ProblemCode.CANCELLED, "interrupted while fetching " + first), e);
        }
    }

    /** A reply must not lead us where nobody said that we may go. */
    private static void requireSameHost(URI first, Optional<URI> next) {
        next.ifPresent(url -> {
            if (!first.getAuthority().equals(url.getAuthority())
                    || !first.getScheme().equals(url.getScheme())) {
                throw refused("a page of %s leads on to %s".formatted(first, url));
            }
        });
    }

    private static PolaroidException refused(String detail) {
        return new PolaroidException(Problem.of(ProblemCode.INVALID_ARGUMENT, detail));
    }
}

package io.polaroid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code make bench-report}: writes tables of the committed result files between the markers {@code <!-- bench:NAME -->} and
 * {@code <!-- /bench:NAME -->}. Nobody types a number; a test holds files and tables equal.
 */
public final class Report {
    /** Where markers are. */
    private static final String[] PAGES = {"README.md", "bench/README.md"};

    private static final Pattern MARKED =
            Pattern.compile("(<!-- bench:([a-z-]+) -->\n)(.*?)(<!-- /bench:\\2 -->)", Pattern.DOTALL);

    private final Path root;

    /** A report over a working copy. */
    public Report(Path root) {
        this.root = root;
    }

    /** Renders all pages; run in the folder of the working copy. */
    public static void main(String[] arguments) throws IOException {
        var report = new Report(Path.of(""));
        for (String name : PAGES) {
            Path page = Path.of(name);
            Files.writeString(page, report.render(Files.readString(page)));
        }
    }

    /** The pages that hold tables. */
    public static String[] pages() {
        return PAGES.clone();
    }

    /** A page with its tables made anew. */
    public String render(String page) {
        return MARKED.matcher(page)
                .replaceAll(match -> Matcher.quoteReplacement(match.group(1) + table(match.group(2)) + match.group(4)));
    }

    private String table(String name) {
        return switch (name) {
            case "stream-summary" -> result("stream").map(StreamTables::summary).orElse(missing("bench-stream"));
            case "stream" -> result("stream").map(StreamTables::all).orElse(missing("bench-stream"));
            case "latency" -> result("latency").map(OtherTables::latency).orElse(missing("bench-latency"));
            case "batch" -> result("batch").map(BatchTables::all).orElse(missing("bench-batch"));
            case "jmh" -> result("jmh").map(OtherTables::kernels).orElse(missing("bench-jmh"));
            default -> throw new IllegalArgumentException("no table is named " + name);
        };
    }

    private static String missing(String target) {
        return "Not measured yet: `make " + target + "`.\n";
    }

    private Optional<JsonNode> result(String name) {
        Path file = root.resolve("bench").resolve("results").resolve(name + ".json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ObjectMapper().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

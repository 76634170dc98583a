package io.polaroid.launcher.config;

import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a pipeline file. Texts may hold {@code ${env:NAME}} or {@code ${env:NAME:-default}}; schema paths are relative to the
 * file, lake paths to the working folder.
 */
public final class PipelineLoader {
    private static final Pattern SERVERS = Pattern.compile("[^\\s,:]+:[0-9]{1,5}(,[^\\s,:]+:[0-9]{1,5})*");

    private final Path folder;
    private final Mistakes mistakes = new Mistakes();

    private PipelineLoader(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads and checks a file.
     *
     * @param variables what {@code ${env:…}} finds
     */
    public static Loaded load(Path file, Map<String, String> variables) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            return parse(file.toString(), Files.readString(file), parent == null ? Path.of("") : parent, variables);
        } catch (MalformedInputException e) {
            return new Loaded.Wrong(List.of(new Mistake(new Mark(file.toString(), 1), "", "is not UTF-8 text")));
        } catch (IOException e) {
            String why = Files.exists(file) ? "cannot be read: " + e.getMessage() : "there is no such file";
            return new Loaded.Wrong(List.of(new Mistake(new Mark(file.toString(), 1), "", why)));
        }
    }

    /**
     * Checks a text.
     *
     * @param name what the text is called in mistakes
     * @param folder what schema paths are relative to
     */
    public static Loaded parse(String name, String text, Path folder, Map<String, String> variables) {
        var loader = new PipelineLoader(folder);
        Optional<PipelineFile> file = new YamlReader(name, new Environment(variables), loader.mistakes)
                .read(text)
                .map(root -> loader.file(new Fields(root, loader.mistakes)));
        return file.isPresent() && !loader.mistakes.any()
                ? new Loaded.Right(file.get())
                : new Loaded.Wrong(loader.mistakes.all());
    }

    private PipelineFile file(Fields root) {
        String application = application(root);
        String guarantee = root.word("guarantee", List.of("exactly_once_v2", "at_least_once"))
                .orElse("exactly_once_v2");
        int threads = root.number("threads", 1, 64).orElse(1L).intValue();
        EngineSpec engine = new EngineReader(mistakes).read(root);
        Optional<String> bootstrap = section(root, "kafka").flatMap(this::bootstrap);
        Optional<URI> registry = section(root, "registry").flatMap(this::registry);
        SequencedMap<String, StreamsReader.Stream> streams = root.required(
                        "streams", "streams: {trades: {schema: Trade, key: [symbol], time: ts}}")
                .map(node -> new StreamsReader(folder, mistakes).read(node))
                .orElseGet(LinkedHashMap::new);
        Set<String> streamNames = names(root, "streams");
        var views = root.node("views")
                .map(node -> new ViewsReader(streams, streamNames, folder, mistakes).read(node))
                .orElseGet(LinkedHashMap::new);
        List<WebSocketSpec> sources = root.node("sources")
                .map(node -> new SourcesReader(streams, streamNames, mistakes).read(node))
                .orElse(List.of());
        var tables = new LinkedHashSet<>(streamNames);
        tables.addAll(names(root, "views"));
        List<ParquetSpec> sinks = root.node("sinks")
                .map(node -> new SinksReader(tables, mistakes).read(node))
                .orElse(List.of());
        root.notBuilt("models", "include");
        root.noOthers();
        List<StreamSpec> specs =
                streams.values().stream().map(StreamsReader.Stream::spec).toList();
        var pipeline = Pipeline.of(
                application,
                Pipeline.Guarantee.valueOf(guarantee.toUpperCase(Locale.ROOT)),
                threads,
                specs,
                List.copyOf(views.values()));
        return new PipelineFile(pipeline, engine, bootstrap, registry, sources, sinks);
    }

    private String application(Fields root) {
        Optional<String> application = root.requiredText("application", "application: <name>");
        application
                .filter(name -> !Names.isApplication(name))
                .flatMap(name -> root.node("application"))
                .ifPresent(node -> mistakes.add(
                        node, "is no application name; use letters, digits, - and _, beginning with a letter"));
        return application.orElse("");
    }

    private Optional<Fields> section(Fields root, String key) {
        return root.node(key).flatMap(node -> Fields.of(node, mistakes));
    }

    private Optional<String> bootstrap(Fields kafka) {
        Optional<String> servers = kafka.requiredText("bootstrap", "bootstrap: host:9092");
        kafka.notBuilt("properties", "security");
        kafka.noOthers();
        servers.filter(text -> !SERVERS.matcher(text).matches())
                .flatMap(text -> kafka.node("bootstrap"))
                .ifPresent(node -> mistakes.add(node, "expected host:port, or several with commas"));
        return servers;
    }

    private Optional<URI> registry(Fields registry) {
        Optional<String> url = registry.requiredText("url", "url: http://localhost:8081");
        registry.notBuilt("auth", "properties");
        registry.noOthers();
        return url.flatMap(text -> {
            try {
                var uri = new URI(text);
                if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                    return Optional.of(uri);
                }
            } catch (URISyntaxException e) {
                // said below
            }
            registry.node("url").ifPresent(node -> mistakes.add(node, "must be http://host:port or https://host:port"));
            return Optional.empty();
        });
    }

    private static Set<String> names(Fields root, String key) {
        return root.node(key)
                .filter(Node.Mapping.class::isInstance)
                .map(node -> (Set<String>)
                        new LinkedHashSet<>(((Node.Mapping) node).entries().sequencedKeySet()))
                .orElse(Set.of());
    }
}

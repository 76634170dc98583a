package io.polaroid.launcher.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** YAML text to {@link Node}s; the only class that sees the YAML library. */
final class YamlReader {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_DEPTH = 32;

    private final String file;
    private final Environment environment;
    private final Mistakes mistakes;

    YamlReader(String file, Environment environment, Mistakes mistakes) {
        this.file = file;
        this.environment = environment;
        this.mistakes = mistakes;
    }

    /** The root mapping, or nothing if the text is no YAML mapping, which is then among the mistakes. */
    Optional<Node.Mapping> read(String text) {
        if (text.length() > MAX_CHARACTERS) {
            mistakes.add(
                    line(1),
                    "",
                    "the file has %d characters, at most %d are read".formatted(text.length(), MAX_CHARACTERS));
            return Optional.empty();
        }
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file)
                    .setAllowRecursiveKeys(false)
                    .setMaxAliasesForCollections(50)
                    .build();
            var root = new Compose(settings).composeString(text);
            if (root.isPresent() && convert(root.get(), "", 0) instanceof Node.Mapping mapping) {
                return Optional.of(mapping);
            }
            mistakes.add(line(1), "", "the file must be a mapping that begins with \"application: <name>\"");
        } catch (MarkedYamlEngineException e) {
            int at = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            mistakes.add(line(at), "", "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            mistakes.add(line(1), "", "not YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Node convert(org.snakeyaml.engine.v2.nodes.Node node, String path, int depth) {
        Mark mark = mark(node);
        if (depth > MAX_DEPTH) {
            mistakes.add(mark, path, "nested deeper than " + MAX_DEPTH + " levels");
            return new Node.Missing(mark, path);
        }
        return switch (node) {
            case MappingNode mapping -> mapping(mapping, path, depth);
            case SequenceNode sequence -> {
                List<Node> items = new ArrayList<>();
                for (var item : sequence.getValue()) {
                    items.add(convert(item, path + "[" + items.size() + "]", depth + 1));
                }
                yield new Node.Sequence(mark, path, items);
            }
            case ScalarNode scalar -> scalar(scalar, path);
            default -> new Node.Missing(mark, path);
        };
    }

    private Node scalar(ScalarNode scalar, String path) {
        Mark mark = mark(scalar);
        if (scalar.getTag().equals(Tag.NULL)) {
            return new Node.Missing(mark, path);
        }
        String text = scalar.getValue();
        boolean fromEnvironment = Environment.concerns(text);
        return new Node.Scalar(
                mark,
                path,
                fromEnvironment ? environment.fill(text, mistakes, mark, path) : text,
                type(scalar.getTag()),
                fromEnvironment);
    }

    private static Node.Scalar.Type type(Tag tag) {
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Node.Scalar.Type.NUMBER;
        }
        return tag.equals(Tag.BOOL) ? Node.Scalar.Type.BOOLEAN : Node.Scalar.Type.TEXT;
    }

    private Node mapping(MappingNode mapping, String path, int depth) {
        var entries = new LinkedHashMap<String, Node.Entry>();
        for (NodeTuple tuple : mapping.getValue()) {
            Mark keyMark = mark(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                mistakes.add(keyMark, path, "a key must be a text");
                continue;
            }
            String name = key.getValue();
            String below = path.isEmpty() ? name : path + "." + name;
            if (entries.containsKey(name)) {
                mistakes.add(
                        keyMark,
                        below,
                        "the key is there twice, first in line %d; remove one"
                                .formatted(entries.get(name).keyMark().line()));
                continue;
            }
            entries.put(name, new Node.Entry(keyMark, convert(tuple.getValueNode(), below, depth + 1)));
        }
        return new Node.Mapping(mark(mapping), path, entries);
    }

    private Mark mark(org.snakeyaml.engine.v2.nodes.Node node) {
        return line(node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
    }

    private Mark line(int line) {
        return new Mark(file, line);
    }
}

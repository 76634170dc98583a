package io.polaroid.launcher.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of one mapping, read one by one; what nobody asked for is an unknown key. A field that is wrong is noted among
 * the mistakes and read as absent, so that the reader goes on.
 */
final class Fields {
    private final Node.Mapping mapping;
    private final Mistakes mistakes;
    private final Set<String> known = new HashSet<>();

    Fields(Node.Mapping mapping, Mistakes mistakes) {
        this.mapping = mapping;
        this.mistakes = mistakes;
    }

    /** The fields of a node that must be a mapping. */
    static Optional<Fields> of(Node node, Mistakes mistakes) {
        if (node instanceof Node.Mapping mapping) {
            return Optional.of(new Fields(mapping, mistakes));
        }
        mistakes.add(node, "expected a mapping, found " + node.kind());
        return Optional.empty();
    }

    Node.Mapping mapping() {
        return mapping;
    }

    /** The value under a key, if it is there. */
    Optional<Node> node(String key) {
        known.add(key);
        return Optional.ofNullable(mapping.entries().get(key)).map(Node.Entry::value);
    }

    Optional<Node> required(String key, String example) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            mistakes.add(mapping, "\"%s\" is missing; add %s".formatted(key, example));
        }
        return node;
    }

    /** Notes the key, if it is there, as an option that this version does not have yet. */
    void notBuilt(String... keys) {
        for (String key : keys) {
            node(key).ifPresent(node -> mistakes.add(node, "not built yet: \"%s\"; leave it out".formatted(key)));
        }
    }

    /** Notes the key, if it is there, as an option that there is not, with the reason. */
    void refused(String key, String why) {
        node(key).ifPresent(node -> mistakes.add(node, why));
    }

    /** An option of which this version has the default only. */
    void only(String key, String built) {
        node(key).ifPresent(node -> {
            if (!(node instanceof Node.Scalar scalar && scalar.text().equals(built))) {
                mistakes.add(node, "not built yet: \"%s\" other than %s; leave it out".formatted(key, built));
            }
        });
    }

    Optional<String> text(String key) {
        return node(key).flatMap(this::asText);
    }

    Optional<String> requiredText(String key, String example) {
        return required(key, example).flatMap(this::asText);
    }

    Optional<String> asText(Node node) {
        if (node instanceof Node.Scalar scalar && !scalar.text().isBlank()) {
            return Optional.of(scalar.text());
        }
        mistakes.add(node, "expected a text, found " + node.kind());
        return Optional.empty();
    }

    Optional<Duration> duration(String key) {
        return node(key).flatMap(this::asDuration);
    }

    Optional<Duration> requiredDuration(String key, String example) {
        return required(key, example).flatMap(this::asDuration);
    }

    private Optional<Duration> asDuration(Node node) {
        if (node instanceof Node.Scalar scalar) {
            Optional<Duration> duration = Scalars.duration(scalar.text());
            if (duration.isPresent()) {
                return duration;
            }
        }
        mistakes.add(node, "expected a duration such as 250ms, 90s, 5m or 1h, found " + node.kind());
        return Optional.empty();
    }

    /** A duration that must be longer than nothing. */
    Optional<Duration> positive(String key, Optional<Duration> duration) {
        if (duration.isPresent() && duration.get().isZero()) {
            node(key).ifPresent(node -> mistakes.add(node, "must be longer than 0"));
            return Optional.empty();
        }
        return duration;
    }

    /** A duration from one to another, both included. */
    Optional<Duration> between(String key, Duration least, Duration most) {
        Optional<Duration> duration = duration(key);
        if (duration.isPresent()
                && (duration.get().compareTo(least) < 0 || duration.get().compareTo(most) > 0)) {
            node(key)
                    .ifPresent(node -> mistakes.add(
                            node,
                            "must lie between %s and %s".formatted(DurationText.of(least), DurationText.of(most))));
            return Optional.empty();
        }
        return duration;
    }

    Optional<Long> number(String key, long least, long most) {
        return node(key).flatMap(node -> {
            Optional<Long> number =
                    node instanceof Node.Scalar scalar ? Scalars.integer(scalar.text()) : Optional.<Long>empty();
            if (number.isPresent() && number.get() >= least && number.get() <= most) {
                return number;
            }
            mistakes.add(node, "expected a whole number from %d to %d, found %s".formatted(least, most, node.kind()));
            return Optional.empty();
        });
    }

    /** A number of bytes. */
    Optional<Long> bytes(String key, long least) {
        return node(key).flatMap(node -> {
            Optional<Long> bytes =
                    node instanceof Node.Scalar scalar ? Scalars.bytes(scalar.text()) : Optional.<Long>empty();
            if (bytes.isPresent() && bytes.get() >= least) {
                return bytes;
            }
            mistakes.add(
                    node,
                    "expected a size such as 512MiB or 2GiB, at least %s, found %s"
                            .formatted(least >= 1 << 20 ? (least >> 20) + "MiB" : "1KiB", node.kind()));
            return Optional.empty();
        });
    }

    /** One of the words. */
    Optional<String> word(String key, List<String> words) {
        return node(key).flatMap(node -> {
            if (node instanceof Node.Scalar scalar && words.contains(scalar.text())) {
                return Optional.of(scalar.text());
            }
            String wrong = node instanceof Node.Scalar scalar ? scalar.text() : "";
            mistakes.add(
                    node,
                    "expected %s, found %s%s"
                            .formatted(
                                    String.join(" or ", words),
                                    node.kind(),
                                    Nearest.of(wrong, words)
                                            .map(word -> "; did you mean \"" + word + "\"?")
                                            .orElse("")));
            return Optional.empty();
        });
    }

    /** A list of texts; a single text is a list of one. */
    List<Located> texts(String key) {
        return node(key).map(this::asTexts).orElse(List.of());
    }

    List<Located> asTexts(Node node) {
        List<Node> items = node instanceof Node.Sequence sequence ? sequence.items() : List.of(node);
        var texts = new ArrayList<Located>();
        for (Node item : items) {
            asText(item).ifPresent(text -> texts.add(new Located(item, text)));
        }
        return texts;
    }

    /** A mapping of texts. */
    SequencedMap<String, Located> textMap(String key) {
        return node(key).map(this::asTextMap).orElseGet(LinkedHashMap::new);
    }

    SequencedMap<String, Located> asTextMap(Node node) {
        var texts = new LinkedHashMap<String, Located>();
        of(node, mistakes)
                .ifPresent(fields -> fields.mapping()
                        .entries()
                        .forEach((name, entry) -> asText(entry.value())
                                .ifPresent(text -> texts.put(name, new Located(entry.value(), text)))));
        return texts;
    }

    /** Notes every key that was not asked for. To be called when all have been. */
    void noOthers() {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                String path = mapping.path().isEmpty() ? key : mapping.path() + "." + key;
                mistakes.add(
                        entry.keyMark(), path, "unknown key \"" + key + "\"" + Nearest.hint(key, new TreeSet<>(known)));
            }
        });
    }

    /**
     * A text and where it stands.
     *
     * @param node where
     * @param text what
     */
    record Located(Node node, String text) {}
}

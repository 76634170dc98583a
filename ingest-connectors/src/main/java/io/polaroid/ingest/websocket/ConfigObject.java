package io.polaroid.ingest.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.polaroid.ingest.rows.Mistakes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a configuration, read key by key. What is missing, of the wrong type or unknown is noted, and something
 * harmless handed out, so that reading goes on to the next mistake.
 */
final class ConfigObject {
    private final String path;
    private final JsonNode node;
    private final Mistakes mistakes;
    private final Set<String> known = new HashSet<>();

    ConfigObject(String path, JsonNode node, Mistakes mistakes) {
        this.path = path;
        this.node = node;
        this.mistakes = mistakes;
        if (!node.isObject()) {
            mistakes.add(path.isEmpty() ? "." : path, "must be an object");
        }
    }

    /** A text that must be there and not be blank. */
    String text(String key) {
        String text = optionalText(key);
        if (text == null) {
            mistakes.add(at(key), "is missing");
            return "";
        }
        return text;
    }

    /** A text, null where it is absent. */
    @Nullable
    String optionalText(String key) {
        JsonNode value = get(key);
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isTextual() || value.textValue().isBlank()) {
            mistakes.add(at(key), "must be a text");
            return "";
        }
        return value.textValue();
    }

    /** A whole number within bounds. */
    long whole(String key, long otherwise, long min, long max) {
        JsonNode value = get(key);
        if (isAbsent(value)) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            mistakes.add(at(key), "is " + value + ", must be a whole number from " + min + " to " + max);
            return otherwise;
        }
        return value.longValue();
    }

    /** A number within bounds. */
    double number(String key, double otherwise, double min, double max) {
        JsonNode value = get(key);
        if (isAbsent(value)) {
            return otherwise;
        }
        if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
            mistakes.add(at(key), "is " + value + ", must be a number from " + min + " to " + max);
            return otherwise;
        }
        return value.doubleValue();
    }

    /** A list of texts, empty where it is absent. */
    List<String> texts(String key) {
        return list(key, (where, value) -> {
            if (!value.isTextual()) {
                mistakes.add(where, "must be a text");
            }
            return value.asText();
        });
    }

    /** A list, each element read by {@code element} from its path and value; empty where it is absent. */
    <T> List<T> list(String key, BiFunction<String, JsonNode, T> element) {
        JsonNode value = get(key);
        var out = new ArrayList<T>();
        if (!isAbsent(value) && !value.isArray()) {
            mistakes.add(at(key), "must be a list");
        } else {
            for (JsonNode child : value) {
                out.add(element.apply(at(key) + "[" + out.size() + "]", child));
            }
        }
        return out;
    }

    /** A map, each value read by {@code element} from its path and value; empty where it is absent. */
    <T> Map<String, T> map(String key, BiFunction<String, JsonNode, T> element) {
        JsonNode value = get(key);
        var out = new LinkedHashMap<String, T>();
        if (!isAbsent(value) && !value.isObject()) {
            mistakes.add(at(key), "must be an object");
        } else {
            value.properties()
                    .forEach(entry ->
                            out.put(entry.getKey(), element.apply(at(key) + "." + entry.getKey(), entry.getValue())));
        }
        return out;
    }

    /** The object under a key; an empty one where it is absent. */
    ConfigObject object(String key) {
        JsonNode value = get(key);
        return new ConfigObject(at(key), isAbsent(value) ? JsonNodeFactory.instance.objectNode() : value, mistakes);
    }

    /** Notes every key that was not asked for. */
    void rejectUnknown() {
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                mistakes.add(
                        at(key),
                        "is unknown here; known are " + known.stream().sorted().toList());
            }
        });
    }

    private JsonNode get(String key) {
        known.add(key);
        return node.path(key);
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}

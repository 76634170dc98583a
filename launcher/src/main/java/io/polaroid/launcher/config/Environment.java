package io.polaroid.launcher.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills {@code ${env:NAME}} and {@code ${env:NAME:-default}} in. Other {@code ${…}} belong to whom the text is for, such as a
 * connector's {@code ${position}}, and are left alone.
 */
final class Environment {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");
    private static final String OPENING = "${env:";

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** Whether there is anything to fill in. */
    static boolean concerns(String text) {
        return text.contains(OPENING);
    }

    /** The text filled in, or what is left out if a variable is neither set nor has a default. */
    String fill(String text, Mistakes mistakes, Mark mark, String path) {
        var filled = new StringBuilder();
        Matcher matcher = PLACEHOLDER.matcher(text);
        int after = 0;
        while (matcher.find()) {
            filled.append(text, after, matcher.start());
            after = matcher.end();
            String name = matcher.group(1);
            Optional<String> value =
                    Optional.ofNullable(variables.get(name)).or(() -> Optional.ofNullable(matcher.group(2)));
            if (value.isEmpty()) {
                mistakes.add(
                        mark,
                        path,
                        "environment variable %s is not set; set it, or write ${env:%s:-default}"
                                .formatted(name, name));
            }
            filled.append(value.orElse(""));
        }
        String rest = text.substring(after);
        if (rest.contains(OPENING)) {
            mistakes.add(mark, path, "a placeholder is written ${env:NAME} or ${env:NAME:-default}");
        }
        return filled.append(rest).toString();
    }
}

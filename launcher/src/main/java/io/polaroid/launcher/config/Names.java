package io.polaroid.launcher.config;

import java.util.Set;
import java.util.regex.Pattern;

/** What streams, views, sources, sinks and columns may be called: a topic, a table, a file and an SQL name at once. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
    private static final Pattern APPLICATION = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");

    /** Columns that views add. */
    static final Set<String> RESERVED =
            Set.of("revision", "published_at", "published_offset", "row_offset", "_partition", "_offset");

    private Names() {}

    static void check(String name, Node.Entry entry, Mistakes mistakes) {
        if (!NAME.matcher(name).matches()) {
            mistakes.add(
                    entry.keyMark(),
                    entry.value().path(),
                    "\"%s\" is no name; use letters, digits and _, beginning with a letter".formatted(name));
        }
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static boolean isApplication(String text) {
        return APPLICATION.matcher(text).matches();
    }
}

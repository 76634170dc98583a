package io.polaroid.launcher.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What streams, views, sources, sinks and columns may be called: a topic, a table, a file and an SQL name at once. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
    private static final Pattern APPLICATION = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");

    /** Columns that views add. */
    static final Set<String> RESERVED =
            Set.of("revision", "published_at", "published_offset", "row_offset", "_partition", "_offset");

    /** Columns that history adds to streams. */
    static final Set<String> OF_HISTORY = Set.of("_partition", "_offset");

    /** Tables that every pipeline has. */
    static final Set<String> RESERVED_TABLES = Set.of("dead_letter");

    private Names() {}

    /** A name of a stream or view, which must also differ from all others by more than case: SQL does not look at case. */
    static void checkTable(String name, Node.Entry entry, Set<String> others, Mistakes mistakes) {
        check(name, entry, mistakes);
        if (RESERVED_TABLES.contains(name.toLowerCase(Locale.ROOT))) {
            mistakes.add(
                    entry.keyMark(),
                    entry.value().path(),
                    "\"%s\" is a table of Polaroid's own; choose another name".formatted(name));
        }
        others.stream()
                .filter(other -> other.equalsIgnoreCase(name) && !other.equals(name))
                .forEach(other -> mistakes.add(
                        entry.keyMark(),
                        entry.value().path(),
                        "\"%s\" differs from \"%s\" by case only, and SQL takes both for one".formatted(name, other)));
    }

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

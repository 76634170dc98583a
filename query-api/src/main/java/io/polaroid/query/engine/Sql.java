package io.polaroid.query.engine;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names and texts, quoted for SQL. */
public final class Sql {
    private Sql() {}

    /** An identifier, quoted whatever it holds. */
    public static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A text literal. */
    public static String text(String value) {
        return '\'' + value.replace("'", "''") + '\'';
    }

    /** Identifiers, quoted and joined by commas. */
    public static String names(Collection<String> identifiers) {
        return identifiers.stream().map(Sql::name).collect(Collectors.joining(", "));
    }

    /** Text literals as a list literal. */
    public static String texts(Collection<String> values) {
        return values.stream().map(Sql::text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** A statement without the semicolons that may end it, so that it can stand in brackets. */
    public static String withoutEnd(String statement) {
        return statement.replaceAll("[;\\s]+$", "");
    }
}

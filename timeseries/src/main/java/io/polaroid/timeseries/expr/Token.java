package io.polaroid.timeseries.expr;

import java.util.Locale;

/**
 * One piece of an expression's text.
 *
 * @param kind what it is
 * @param text a word or symbol as written; a quoted name or a text literal without its quotes
 * @param offset where it starts
 */
record Token(Kind kind, String text, int offset) {
    enum Kind {
        WHOLE,
        DECIMAL,
        TEXT,
        WORD,
        QUOTED_NAME,
        SYMBOL,
        END
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String upperCase) {
        return kind == Kind.WORD && text.toUpperCase(Locale.ROOT).equals(upperCase);
    }

    Place place() {
        return Place.at(offset);
    }

    String shown() {
        return switch (kind) {
            case END -> "the end";
            case TEXT -> "text '" + shortened() + "'";
            default -> "'" + shortened() + "'";
        };
    }

    private String shortened() {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}

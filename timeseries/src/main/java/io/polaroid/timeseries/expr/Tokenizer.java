package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.expr.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts an expression's text into tokens. */
final class Tokenizer {
    private static final List<String> TWO_CHARACTERS = List.of("<=", ">=", "<>", "!=");
    private static final String ONE_CHARACTER = "+-*/%=<>(),";

    private final String text;
    private int next;

    private Tokenizer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        var tokenizer = new Tokenizer(text);
        var tokens = new ArrayList<Token>();
        do {
            tokens.add(tokenizer.token());
        } while (tokens.getLast().kind() != Kind.END);
        return tokens;
    }

    private Token token() {
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        if (next == text.length()) {
            return new Token(Kind.END, "", next);
        }
        char first = text.charAt(next);
        if (isDigit(next) || first == '.' && isDigit(next + 1)) {
            return number();
        }
        if (first == '\'' || first == '"') {
            return quoted(first);
        }
        return Character.isUnicodeIdentifierStart(text.codePointAt(next)) || first == '_' ? word() : symbol();
    }

    private Token number() {
        int start = next;
        skipDigits();
        boolean whole = true;
        if (next < text.length() && text.charAt(next) == '.') {
            whole = false;
            next++;
            skipDigits();
        }
        if (next < text.length() && (text.charAt(next) == 'e' || text.charAt(next) == 'E')) {
            int sign = next + 1 < text.length() && "+-".indexOf(text.charAt(next + 1)) >= 0 ? 1 : 0;
            if (!isDigit(next + 1 + sign)) {
                throw Rejected.at(Place.at(start), "number '" + text.substring(start, next + 1) + "' has no exponent");
            }
            whole = false;
            next += 1 + sign;
            skipDigits();
        }
        return new Token(whole ? Kind.WHOLE : Kind.DECIMAL, text.substring(start, next), start);
    }

    private void skipDigits() {
        while (isDigit(next)) {
            next++;
        }
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private Token quoted(char quote) {
        int start = next++;
        var content = new StringBuilder();
        while (true) {
            if (next == text.length()) {
                throw Rejected.at(Place.at(start), "the quote " + quote + " is not closed");
            }
            char at = text.charAt(next++);
            if (at == quote && (next == text.length() || text.charAt(next) != quote)) {
                break;
            }
            if (at == quote) {
                next++;
            }
            content.append(at);
        }
        return new Token(quote == '"' ? Kind.QUOTED_NAME : Kind.TEXT, content.toString(), start);
    }

    private Token word() {
        int start = next;
        while (next < text.length() && Character.isUnicodeIdentifierPart(text.codePointAt(next))) {
            next += Character.charCount(text.codePointAt(next));
        }
        return new Token(Kind.WORD, text.substring(start, next), start);
    }

    private Token symbol() {
        int start = next;
        if (start + 2 <= text.length() && TWO_CHARACTERS.contains(text.substring(start, start + 2))) {
            next += 2;
        } else if (ONE_CHARACTER.indexOf(text.charAt(start)) >= 0) {
            next++;
        } else {
            String odd = Character.toString(text.codePointAt(start));
            throw Rejected.at(
                    Place.at(start), "unexpected character '" + odd + "'; expected a name, value or operator");
        }
        return new Token(Kind.SYMBOL, text.substring(start, next), start);
    }
}

package io.polaroid.query.engine;

import io.polaroid.query.engine.Statements.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Rewrites references with a dot, {@code bars_1s.late}, to the one name that the table has, {@code "bars_1s.late"}. */
final class References {
    private static final String PART = "(?:\"(?:[^\"]|\"\")*\"|[\\p{L}\\p{N}_$]+)";
    private static final Pattern DOTTED = Pattern.compile(PART + "(?:\\s*\\.\\s*" + PART + ")+");

    private References() {}

    static String flatten(String sql, List<Reference> references) {
        var dotted = references.stream()
                .filter(reference -> reference.path().size() > 1 && reference.location() >= 0)
                .sorted(Comparator.comparingInt(Reference::location).reversed())
                .distinct()
                .toList();
        var text = sql;
        for (var reference : dotted) {
            text = flatten(text, reference);
        }
        return text;
    }

    private static String flatten(String sql, Reference reference) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        int at = reference.location();
        var before = text(bytes, 0, at);
        var after = text(bytes, at, bytes.length - at);
        var written = DOTTED.matcher(after);
        if (!written.lookingAt()) {
            return sql;
        }
        var alias =
                reference.aliased() ? "" : " AS " + Sql.name(reference.path().getLast());
        return before + Sql.name(reference.table()) + alias + after.substring(written.end());
    }

    private static String text(byte[] bytes, int from, int length) {
        return StandardCharsets.UTF_8
                .decode(ByteBuffer.wrap(bytes, from, length))
                .toString();
    }
}

package io.polaroid.timeseries.result;

import java.util.Map;
import java.util.TreeMap;

/**
 * A failure as a value.
 *
 * @param code what kind of failure
 * @param detail fact, value, limit and remedy in one sentence
 * @param context where it was, by name (file, line, column, topic, offset …)
 */
public record Problem(ProblemCode code, String detail, Map<String, String> context) {
    public Problem {
        context = Map.copyOf(context);
    }

    /** A problem without context. */
    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, Map.of());
    }

    /** The same problem, with one more piece of context. */
    public Problem with(String key, String value) {
        var more = new TreeMap<>(context);
        more.put(key, value);
        return new Problem(code, detail, more);
    }

    @Override
    public String toString() {
        return code.slug() + ": " + detail + (context.isEmpty() ? "" : " " + new TreeMap<>(context));
    }
}

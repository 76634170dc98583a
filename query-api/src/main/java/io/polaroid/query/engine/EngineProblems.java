package io.polaroid.query.engine;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the SQL engine says, as problems. Its messages are its only error codes, so this reads their first words. */
final class EngineProblems {
    private static final Pattern KIND = Pattern.compile("^(?:java\\.\\S+: )?([A-Z][A-Za-z ]+?) Error: (.*)", Pattern.DOTALL);

    private EngineProblems() {}

    static Problem of(Exception failure, QueryControl control, Duration timeout) {
        return control.stopped()
                .map(why -> switch (why) {
                    case CANCELLED -> Problem.of(ProblemCode.CANCELLED, "the query was cancelled");
                    case TIMED_OUT ->
                        new Problem(
                                ProblemCode.BUDGET_EXCEEDED,
                                "the query took longer than " + timeout.toMillis()
                                        + " ms to its next batch; ask for less, or raise the server's query timeout",
                                Map.of("limit", "time"));
                })
                .orElseGet(() -> of(failure.getMessage()));
    }

    static Problem of(@Nullable String message) {
        var said = message == null ? "no message" : message;
        var matcher = KIND.matcher(said);
        if (!matcher.find()) {
            return Problem.of(ProblemCode.INTERNAL, "the SQL engine failed: " + firstLine(said));
        }
        var kind = matcher.group(1).toLowerCase(Locale.ROOT);
        return Problem.of(code(kind, matcher.group(2)), firstLine(matcher.group(2)));
    }

    private static ProblemCode code(String kind, String detail) {
        return switch (kind) {
            case "permission" -> ProblemCode.NOT_ALLOWED;
            case "binder" ->
                detail.startsWith("Referenced column") || detail.contains("does not have a column named")
                        ? ProblemCode.UNKNOWN_COLUMN
                        : ProblemCode.INVALID_PLAN;
            case "catalog", "parser", "syntax", "not implemented", "mismatch type" -> ProblemCode.INVALID_PLAN;
            case "io", "conversion", "invalid input", "out of range", "invalid type", "constraint" ->
                ProblemCode.INVALID_ARGUMENT;
            case "out of memory" -> ProblemCode.BUDGET_EXCEEDED;
            case "interrupt" -> ProblemCode.CANCELLED;
            default -> ProblemCode.INTERNAL;
        };
    }

    /** The message without the copy of the statement that follows it, with the candidates that may stand between. */
    private static String firstLine(String message) {
        int statement = message.indexOf("\n\nLINE ");
        var text = statement < 0 ? message : message.substring(0, statement);
        return text.strip().replaceAll("\\s*\n\\s*", " ");
    }
}

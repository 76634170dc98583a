package io.polaroid.query.engine;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the SQL engine says, as problems. Its messages are its only error codes, so this reads their first words. */
final class EngineProblems {
    private static final Pattern KIND =
            Pattern.compile("^(?:java\\.\\S+: )?([A-Z][A-Za-z ]+?) Error: (.*)", Pattern.DOTALL);

    private static final Pattern MEMORY =
            Pattern.compile("Out of Memory|failed to (?:allocate|pin|offload)", Pattern.CASE_INSENSITIVE);

    private static final Pattern BRIDGED =
            Pattern.compile("\\[errno -?\\d+] CDataJniException\\{errno=-?\\d+, message=(.*)}", Pattern.DOTALL);

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
                    case HELD_TOO_MUCH ->
                        new Problem(
                                ProblemCode.BUDGET_EXCEEDED,
                                "the client read too slowly: too many rows that have left the stores since were still"
                                        + " in memory for it; read faster, or ask for less at a time",
                                Map.of("limit", "held"));
                })
                .orElseGet(() -> of(failure.getMessage()));
    }

    /** Whether a failure does not say what was wrong. */
    static boolean isMute(SQLException failure) {
        return String.valueOf(failure.getMessage()).contains("Invalid result set");
    }

    static Problem of(@Nullable String message) {
        var said = unwrapped(message == null ? "no message" : message);
        if (MEMORY.matcher(said).find()) {
            return Problem.of(ProblemCode.BUDGET_EXCEEDED, firstLine(said)).with("limit", "memory");
        }
        var matcher = KIND.matcher(said);
        if (!matcher.find()) {
            return Problem.of(ProblemCode.INTERNAL, "the SQL engine failed: " + firstLine(said));
        }
        var kind = matcher.group(1).toLowerCase(Locale.ROOT);
        return Problem.of(code(kind, matcher.group(2)), firstLine(matcher.group(2)));
    }

    /** The engine's message, without what the Arrow bridge puts around it. */
    private static String unwrapped(String message) {
        var matcher = BRIDGED.matcher(message);
        return matcher.matches() ? matcher.group(1) : message;
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
        int end = message.indexOf("\n\n");
        var text = end < 0 ? message : message.substring(0, end);
        return text.strip().replaceAll("\\s*\n\\s*", " ");
    }
}

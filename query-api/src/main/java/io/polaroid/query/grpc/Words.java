package io.polaroid.query.grpc;

import io.polaroid.query.catalog.Names;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The texts that options are sent as. */
final class Words {
    private Words() {}

    /** The value of an enum that is named in lower case; the given one where the text is empty. */
    static <E extends Enum<E>> Result<E> word(String option, String text, E otherwise) {
        var values = otherwise.getDeclaringClass().getEnumConstants();
        if (text.isEmpty()) {
            return Result.ok(otherwise);
        }
        return Stream.of(values)
                .filter(value -> lower(value).equals(text))
                .findFirst()
                .map(Result::ok)
                .orElseGet(() -> {
                    var names = Stream.of(values).map(Words::lower).toList();
                    return Result.err(
                            ProblemCode.INVALID_ARGUMENT,
                            option + " is " + text + ", must be one of " + String.join(", ", names)
                                    + Names.nearest(text, names)
                                            .map(near -> "; did you mean " + near + "?")
                                            .orElse(""));
                });
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** A length of time. */
    static Result<Span> span(String option, String text) {
        return text.isEmpty()
                ? Result.err(ProblemCode.INVALID_ARGUMENT, option + " is missing; give a duration such as 5m")
                : named(option, Span.parse(text));
    }

    /** A length of time, or another where none is given. */
    static Result<Span> span(String option, String text, Span otherwise) {
        return text.isEmpty() ? Result.ok(otherwise) : named(option, Span.parse(text));
    }

    private static Result<Span> named(String option, Result<Span> span) {
        return switch (span) {
            case Result.Ok<Span> ok -> ok;
            case Result.Err<Span>(var problem) -> Result.err(problem.with("option", option));
        };
    }

    /** A column, or the only one that holds times where none is named. */
    static Result<String> timeColumn(String name, Schema schema) {
        if (!name.isEmpty()) {
            return Result.ok(name);
        }
        List<String> times = schema.getFields().stream()
                .filter(field ->
                        field.getType() instanceof ArrowType.Timestamp || field.getType() instanceof ArrowType.Date)
                .map(Field::getName)
                .toList();
        return times.size() == 1
                ? Result.ok(times.getFirst())
                : Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "time_column is missing, and the frame has "
                                + (times.isEmpty() ? "no time column" : "several: " + String.join(", ", times)));
    }

    /** A whole number that stands for itself. */
    static Optional<Integer> number(String text) {
        return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }
}

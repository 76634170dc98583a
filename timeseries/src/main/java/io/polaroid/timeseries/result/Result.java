package io.polaroid.timeseries.result;

import java.util.function.Function;

/**
 * An outcome that the caller must look at.
 *
 * @param <T> what an {@link Ok} holds
 */
public sealed interface Result<T> {
    /** Success. */
    record Ok<T>(T value) implements Result<T> {}

    /** Failure. */
    record Err<T>(Problem problem) implements Result<T> {}

    /** An {@link Ok}. */
    static <T> Result<T> ok(T value) {
        return new Ok<>(value);
    }

    /** An {@link Err}. */
    static <T> Result<T> err(Problem problem) {
        return new Err<>(problem);
    }

    /** An {@link Err} without context. */
    static <T> Result<T> err(ProblemCode code, String detail) {
        return new Err<>(Problem.of(code, detail));
    }

    /** Applies {@code next} to the value of an Ok. */
    default <R> Result<R> map(Function<? super T, ? extends R> next) {
        return switch (this) {
            case Ok<T> ok -> new Ok<>(next.apply(ok.value()));
            case Err<T> err -> new Err<>(err.problem());
        };
    }

    /** Goes on with {@code next} if this is Ok. */
    default <R> Result<R> flatMap(Function<? super T, Result<R>> next) {
        return switch (this) {
            case Ok<T> ok -> next.apply(ok.value());
            case Err<T> err -> new Err<>(err.problem());
        };
    }

    /** The value, or what {@code otherwise} makes of the problem. */
    default T recover(Function<Problem, ? extends T> otherwise) {
        return switch (this) {
            case Ok<T> ok -> ok.value();
            case Err<T> err -> otherwise.apply(err.problem());
        };
    }

    /**
     * The value.
     *
     * @throws PolaroidException with the problem of an Err
     */
    default T orThrow() {
        return switch (this) {
            case Ok<T> ok -> ok.value();
            case Err<T> err -> throw new PolaroidException(err.problem());
        };
    }
}

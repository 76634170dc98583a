package io.polaroid.registry.core;

import java.util.List;
import java.util.function.Function;

/**
 * What a registry answers.
 *
 * @param <T> the answer
 */
public sealed interface Outcome<T> {
    /** The answer, given once {@code events} have been written. */
    record Done<T>(T value, List<RegistryEvent> events) implements Outcome<T> {
        public Done {
            events = List.copyOf(events);
        }
    }

    /** No. */
    record Refused<T>(Refusal refusal) implements Outcome<T> {}

    /** An answer that changes nothing. */
    static <T> Outcome<T> done(T value) {
        return new Done<>(value, List.of());
    }

    /** An answer with what it changes. */
    static <T> Outcome<T> done(T value, List<RegistryEvent> events) {
        return new Done<>(value, events);
    }

    /** A refusal. */
    static <T> Outcome<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    /** Goes on with the answer; events of both are kept. */
    default <R> Outcome<R> flatMap(Function<T, Outcome<R>> next) {
        return switch (this) {
            case Refused<T> no -> new Refused<>(no.refusal());
            case Done<T> yes ->
                switch (next.apply(yes.value())) {
                    case Refused<R> no -> no;
                    case Done<R> more ->
                        new Done<>(
                                more.value(),
                                java.util.stream.Stream.concat(yes.events().stream(), more.events().stream())
                                        .toList());
                };
        };
    }

    /** The answer in another form. */
    default <R> Outcome<R> map(Function<T, R> form) {
        return flatMap(value -> done(form.apply(value)));
    }
}

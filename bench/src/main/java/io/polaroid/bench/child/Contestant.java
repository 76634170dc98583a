package io.polaroid.bench.child;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One of those that are compared, within its own process. */
public interface Contestant extends AutoCloseable {
    /** Starts processing; may return before the first row. */
    void start();

    /**
     * Done when all input is processed and its results are committed. One that never ends of itself is told by its parent, who
     * watches the offsets that it commits.
     */
    default CompletableFuture<Void> finished() {
        return new CompletableFuture<>();
    }

    /**
     * What its state answers to the query {@code select count(*), sum(volume)}; empty while it cannot answer, or if it has no
     * state to ask.
     */
    default Optional<String> answer() {
        return Optional.empty();
    }

    /** The Avro schema of its results. */
    String outputSchema();

    /** What it counted, if it publishes nothing: -1 else. */
    default long counted() {
        return -1;
    }

    @Override
    void close();
}

package io.polaroid.query.engine;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened, closed in reverse; the first failure is thrown, later ones are suppressed in it. */
public final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Takes ownership. */
    public <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e instanceof RuntimeException failure
                            ? failure
                            : new PolaroidException(
                                    Problem.of(ProblemCode.INTERNAL, "closing failed: " + e.getMessage()), e);
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}

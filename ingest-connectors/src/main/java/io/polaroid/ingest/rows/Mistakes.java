package io.polaroid.ingest.rows;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Optional;
import java.util.TreeMap;

/** Gathers what is wrong with a configuration, by path, so that all of it can be told at once. */
public final class Mistakes {
    private final TreeMap<String, String> byPath = new TreeMap<>();

    /** Notes one mistake. */
    public void add(String path, String detail) {
        byPath.merge(path, detail, (first, second) -> first + "; " + second);
    }

    /** {@code INVALID_CONFIG} with one piece of context for each path, unless there was no mistake. */
    public Optional<Problem> problem() {
        if (byPath.isEmpty()) {
            return Optional.empty();
        }
        String detail = byPath.size() == 1 ? "1 mistake" : byPath.size() + " mistakes";
        return Optional.of(new Problem(ProblemCode.INVALID_CONFIG, detail, byPath));
    }
}

package io.polaroid.query.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the SQL engine may use.
 *
 * @param memoryBytes most memory of all queries together
 * @param threads threads of all queries together
 * @param queries most queries at a time; one more waits, then is refused
 * @param timeout longest time to a query's next batch
 * @param folders folders, absolute and without links, whose files may be read
 */
public record EngineLimits(long memoryBytes, int threads, int queries, Duration timeout, List<Path> folders) {
    public EngineLimits {
        folders = List.copyOf(folders);
    }
}

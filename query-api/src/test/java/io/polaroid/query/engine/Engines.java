package io.polaroid.query.engine;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.catalog.Lake;
import io.polaroid.store.read.LiveTable;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/** Query engines over fake tables, and their answers as text. */
final class Engines {
    private Engines() {}

    static QueryEngine open(BufferAllocator allocator, Duration timeout, List<Path> folders, LiveTable... tables) {
        return open(allocator, timeout, Optional.empty(), folders, List.of(tables));
    }

    static QueryEngine open(
            BufferAllocator allocator,
            Duration timeout,
            Optional<Path> lake,
            List<Path> folders,
            List<LiveTable> tables) {
        var limits = new EngineLimits(256L << 20, 2, 4, timeout, folders);
        return QueryEngine.open(limits, new Catalog(() -> tables, List.of(), new Lake(roots(lake, tables))), allocator);
    }

    private static Map<String, Path> roots(Optional<Path> lake, List<LiveTable> tables) {
        var roots = new HashMap<String, Path>();
        lake.ifPresent(root -> tables.forEach(table -> roots.put(table.name(), root)));
        return roots;
    }

    /** All rows, cells separated by tabs. */
    static Result<List<String>> rows(QueryEngine engine, String sql) {
        return texts(engine.query(sql, new QueryControl()));
    }

    /** All rows of a table as it lies in the stores, or as its statement gives them. */
    static Result<List<String>> table(QueryEngine engine, String name) {
        return texts(engine.table(name, new QueryControl()));
    }

    private static Result<List<String>> texts(Result<QueryResult> started) {
        return started.flatMap(result -> {
            try (result) {
                var rows = new ArrayList<String>();
                return result.forEach(
                                Long.MAX_VALUE,
                                batch -> batch.contentToTSVString()
                                        .lines()
                                        .skip(1)
                                        .forEach(rows::add))
                        .map(count -> rows);
            }
        });
    }

    static Problem problem(Result<?> result) {
        return switch (result) {
            case Result.Err<?>(var problem) -> problem;
            case Result.Ok<?>(var value) -> throw new AssertionError("no problem but " + value);
        };
    }
}

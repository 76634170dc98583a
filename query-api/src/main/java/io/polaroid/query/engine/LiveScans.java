package io.polaroid.query.engine;

import io.polaroid.query.catalog.Relation;
import io.polaroid.query.engine.QueryControl.Stop;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableScan;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Whole live tables as they lie in the stores. What a scan still has to read stays in memory when the stores let go of it; of this
 * all scans together may hold an eighth of the memory for batches, then the one that holds most is ended.
 */
final class LiveScans {
    private static final int HELD_SHARE = 8;
    private static final long WATCH_MILLIS = 250;

    private final TableBinder binder;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();

    /** What the engine makes of the columns of tables. */
    private final Map<Schema, Optional<Schema>> schemas = new ConcurrentHashMap<>();

    /** A scan that is being read. */
    private record Open(TableScan scan, QueryControl control) {}

    /**
     * A table that is read as it lies.
     *
     * @param schema its columns, as the engine describes them
     */
    record Asked(LiveTable table, Schema schema) {}

    LiveScans(TableBinder binder, ScheduledExecutorService timer) {
        this.binder = binder;
        var unused = timer.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A table whose columns have the types that the engine would give them. */
    Optional<Asked> asked(Relation relation, Supplier<Result<Schema>> described) {
        if (!(relation instanceof Relation.Live live)) {
            return Optional.empty();
        }
        Schema own = live.table().schema();
        var known = schemas.get(own);
        if (known == null) {
            switch (described.get()) {
                case Result.Err<Schema> failed -> {
                    return Optional.empty();
                }
                case Result.Ok<Schema>(var engines) ->
                    known = sameTypes(own, engines) ? Optional.of(engines) : Optional.empty();
            }
            schemas.put(own, known);
        }
        return known.map(schema -> new Asked(live.table(), schema));
    }

    private static boolean sameTypes(Schema own, Schema engines) {
        return names(own).equals(names(engines));
    }

    private static List<String> names(Schema schema) {
        return schema.getFields().stream()
                .map(field -> field.getName() + " " + field.getType())
                .toList();
    }

    /** The history of a table, which is to be read before a scan is made. */
    Result<History> history(Asked asked) {
        return History.of(asked.table(), binder.catalog().lake());
    }

    /**
     * Starts a scan.
     *
     * @param run owns it
     * @param cold the history as it was before
     * @param files the rows of its files, if there are any
     */
    Result<QueryResult> start(QueryRun run, Asked asked, History cold, Optional<ArrowReader> files) throws IOException {
        return switch (asked.table().scan(binder.allocator())) {
            case Result.Err<TableScan>(var problem) -> Result.err(problem);
            case Result.Ok<TableScan>(var scan) -> {
                var entry = new Open(scan, run.control());
                run.add(scan);
                open.add(entry);
                run.add(() -> open.remove(entry));
                var hole = cold.hole(scan);
                if (hole.isPresent()) {
                    yield Result.err(hole.get());
                }
                var reader = run.add(new ScanReader(binder.allocator(), asked.schema(), files, scan, cold::boundary));
                yield Result.ok(QueryResult.of(reader, run));
            }
        };
    }

    /** Cancels all that are open: whoever waits for a client notices within a second. */
    void cancel() {
        open.forEach(one -> one.control().cancel());
    }

    private void watch() {
        long all = 0;
        long most = 0;
        Optional<Open> greediest = Optional.empty();
        for (Open one : open) {
            long held = one.control().stopped().isPresent() ? 0 : one.scan().leftOver();
            all += held;
            if (held > most) {
                most = held;
                greediest = Optional.of(one);
            }
        }
        if (all > binder.allocator().getLimit() / HELD_SHARE) {
            greediest.ifPresent(one -> one.control().stop(Stop.HELD_TOO_MUCH));
        }
    }
}

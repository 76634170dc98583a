package io.polaroid.query.web;

import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells subscribers which rows of a table have changed. One snapshot per table and turn serves all its subscribers; between
 * turns only the newest state counts, so a row that changed twice is told once.
 */
final class LiveRows implements AutoCloseable {
    /** Most subscribers of all tables. */
    static final int MAX_SUBSCRIBERS = 256;

    /** Most rows of one series that are told and remembered: the newest by time. */
    static final int MAX_ROWS = 2_000;

    /** A listener hears nothing for so many turns at most; an empty list then says that it is still heard. */
    private static final int KEEP_ALIVE_TURNS = 40;

    private static final Duration TURN = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(LiveRows.class);

    private final BufferAllocator allocator;
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService poller;
    private final Future<?> turns;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();

    LiveRows(BufferAllocator allocator) {
        this.allocator = allocator;
        this.poller = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("live-rows").factory());
        this.turns = poller.scheduleWithFixedDelay(this::turn, TURN.toMillis(), TURN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One listener for changed rows of one series, as texts of JSON objects. */
    static final class Subscriber {
        private final LiveTable table;
        private final String symbol;
        private final Consumer<List<String>> listener;
        private final AtomicBoolean busy = new AtomicBoolean();
        private Set<String> told = Set.of();
        private int quietTurns;

        private Subscriber(LiveTable table, String symbol, Consumer<List<String>> listener) {
            this.table = table;
            this.symbol = symbol;
            this.listener = listener;
        }

        /** Called by the poller's thread alone; a listener that is still busy hears of these rows in a later turn. */
        private void tell(Map<String, List<String>> rowsOfSymbols, Executor senders) {
            if (busy.get()) {
                return;
            }
            var now = rowsOfSymbols.getOrDefault(symbol, List.of());
            var changed = now.stream().filter(row -> !told.contains(row)).toList();
            told = new LinkedHashSet<>(now);
            quietTurns = changed.isEmpty() ? quietTurns + 1 : 0;
            if (changed.isEmpty() && quietTurns % KEEP_ALIVE_TURNS != 0) {
                return;
            }
            busy.set(true);
            senders.execute(() -> {
                try {
                    listener.accept(changed);
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    /** Starts telling; the first time all rows, then those that changed. {@code BUDGET_EXCEEDED} if there are too many. */
    Result<Subscriber> subscribe(LiveTable table, String symbol, Consumer<List<String>> listener) {
        var subscriber = new Subscriber(table, symbol, listener);
        synchronized (subscribers) {
            if (subscribers.size() >= MAX_SUBSCRIBERS) {
                return Result.err(Problem.of(
                        ProblemCode.BUDGET_EXCEEDED,
                        MAX_SUBSCRIBERS + " live subscriptions are open, which is the most; close one"));
            }
            subscribers.add(subscriber);
        }
        return Result.ok(subscriber);
    }

    /** Ends telling. */
    void unsubscribe(Subscriber subscriber) {
        subscribers.remove(subscriber);
    }

    private void turn() {
        try {
            var byTable = new HashMap<String, Map<String, List<String>>>();
            for (var subscriber : subscribers) {
                subscriber.tell(
                        byTable.computeIfAbsent(subscriber.table.name(), name -> rows(subscriber.table, symbols(name))),
                        senders);
            }
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("live rows skipped a turn");
        }
    }

    private Set<String> symbols(String table) {
        var symbols = new LinkedHashSet<String>();
        subscribers.stream()
                .filter(subscriber -> subscriber.table.name().equals(table))
                .forEach(subscriber -> symbols.add(subscriber.symbol));
        return symbols;
    }

    /** The newest rows of each wanted series, oldest first; nothing while the table cannot be read. */
    private Map<String, List<String>> rows(LiveTable table, Set<String> symbols) {
        return switch (table.snapshot(allocator)) {
            case Result.Err<TableSnapshot>(var problem) -> {
                LOG.atDebug().log("table {} cannot be read: {}", table.name(), problem);
                yield Map.of();
            }
            case Result.Ok<TableSnapshot>(var snapshot) -> {
                try (snapshot) {
                    var picked = new SeriesPick(table, symbols, MAX_ROWS);
                    snapshot.parts().forEach(part -> picked.add(part.rows()));
                    yield picked.texts(JsonRows::object);
                }
            }
        };
    }

    /** A row as text. */
    interface RowText {
        /** The text of one row. */
        String of(VectorSchemaRoot batch, int row);
    }

    @Override
    public void close() {
        turns.cancel(false);
        poller.shutdown();
        senders.shutdownNow();
        try {
            poller.awaitTermination(TURN.toMillis() * 4, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.polaroid.query.cluster;

import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.LiveTables;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** The tables of an application that may run in several processes: each is whole, or says what of it is missing. */
public final class ClusterTables implements LiveTables, AutoCloseable {
    private final LiveTables local;
    private final PartFetcher fetcher;

    /**
     * The tables of an application.
     *
     * @param local what this process has of them
     * @param allocator what rows of other processes come into
     * @param patience how long another process may take to answer
     */
    public ClusterTables(LiveTables local, BufferAllocator allocator, Duration patience) {
        this.local = local;
        this.fetcher = new PartFetcher(allocator, patience);
    }

    @Override
    public List<LiveTable> tables() {
        return local.tables().stream()
                .<LiveTable>map(table -> new ClusterTable(table, fetcher))
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        fetcher.close();
    }
}

package io.polaroid.store.entry;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.commit.CommitGate;
import io.polaroid.store.internals.ChangelogOffset;
import io.polaroid.store.segment.SegmentIndexer;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.store.segment.SegmentStore;
import io.polaroid.store.segment.StoreFolder;
import io.polaroid.store.segment.TableOnDisk;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a store of entries has from init to close; its store's lock guards all of it. */
final class OpenEntries {
    private static final Logger LOG = LoggerFactory.getLogger(OpenEntries.class);

    final StateStoreContext context;
    final EntryTable entries;
    final TableOnDisk disk;
    final Position position;
    final Set<EntryIterator> iterators = ConcurrentHashMap.newKeySet();
    int readers;
    long offset;

    private final BufferAllocator allocator;
    private final ChangelogOffset acknowledged;

    /** Whether the entries are ahead of the last commit that is known of. */
    private boolean dirty;

    private boolean forgotten;

    /** The last commit, while the entries are ahead of it and its end will be heard of. */
    private @Nullable EntrySnapshot committed;

    private OpenEntries(
            StateStoreContext context,
            BufferAllocator allocator,
            EntryTable entries,
            TableOnDisk disk,
            Position position,
            ChangelogOffset acknowledged) {
        this.context = context;
        this.allocator = allocator;
        this.entries = entries;
        this.disk = disk;
        this.position = position;
        this.acknowledged = acknowledged;
        this.offset = disk.offset();
    }

    static OpenEntries open(
            String name,
            StateStoreContext context,
            @Nullable Retention retention,
            BufferAllocator parent,
            StoreLimits limits) {
        int partition = context.taskId().partition();
        BufferAllocator allocator = parent.newChildAllocator("store/" + name + "/" + partition, 0, parent.getLimit());
        var entries = new EntryTable(retention, allocator);
        try {
            var files = new SegmentStore(new SegmentStore.Setup(
                    name + "/" + partition,
                    StoreFolder.of(context, name),
                    EntryCells.SCHEMA,
                    EntryCells.TIME,
                    false,
                    SegmentIndexer.NONE,
                    SegmentSettings.of(context.appConfigs()),
                    limits,
                    allocator));
            Position position = files.open()
                    .map(found -> {
                        EntryState state = EntryState.of(found.state());
                        entries.load(found, state.liveRows(), state.latest());
                        return state.position();
                    })
                    .orElseGet(Position::emptyPosition);
            var disk = new TableOnDisk(files, entries.table(), limits, allocator, entries::heapBytes, entries::adopt);
            return new OpenEntries(context, allocator, entries, disk, position, new ChangelogOffset(context, name));
        } catch (RuntimeException e) {
            entries.close();
            allocator.close();
            throw e;
        }
    }

    /** What goes with the entries now. */
    EntryFacts facts() {
        return new EntryFacts(position.copy(), entries.horizon());
    }

    private EntrySnapshot snapshot() {
        return entries.snapshot(facts());
    }

    /** The first write after a commit keeps that commit for readers, if the next one will be heard of. */
    void beforeWrite(Object owner, Runnable whenCommitted, Object lock) {
        if (dirty) {
            return;
        }
        dirty = true;
        var staged = new CommitGate.Staged() {
            @Override
            public void publish() {
                whenCommitted.run();
            }

            @Override
            public void discard() {
                // Kafka Streams closes the task after an abort; until then readers go on seeing the last commit.
            }
        };
        if (CommitGate.offerIfHeard(owner, staged)) {
            committed = snapshot();
        }
    }

    /** Notes where the record comes from that is being processed. */
    void processed() {
        context.recordMetadata().ifPresent(record -> {
            if (record.topic() != null) {
                position.withComponent(record.topic(), record.partition(), record.offset());
            }
        });
    }

    /** The last commit, or the newest entries where none is known of; the caller releases it. */
    EntrySnapshot committed() {
        EntrySnapshot last = committed;
        if (last == null) {
            return snapshot();
        }
        last.retain();
        return last;
    }

    /** On the stream thread, right after a commit. */
    void commitDone() {
        acknowledged.last().ifPresent(last -> offset = Math.max(offset, last));
        persist();
    }

    /** Kafka Streams says that everything is committed, up to this offset of the changelog. */
    void reached(long committedOffset) {
        offset = Math.max(offset, committedOffset);
        persist();
    }

    /** Everything so far is committed. */
    void persist() {
        dirty = false;
        releaseCommitted();
        disk.committed(offset, this::view, this::state);
        disk.makeRoom();
    }

    private void releaseCommitted() {
        EntrySnapshot last = committed;
        committed = null;
        if (last != null) {
            last.release();
        }
    }

    private Optional<io.polaroid.store.column.TableView> view() {
        return Optional.of(entries.table().view());
    }

    private byte[] state() {
        return new EntryState(entries.latest(), position, entries.liveRows()).toBytes();
    }

    /** A store without a changelog is told so at each commit. */
    void forget() {
        if (!forgotten) {
            forgotten = true;
            disk.forget();
        }
    }

    void awaitReaders(Object lock) {
        boolean interrupted = false;
        while (readers > 0) {
            try {
                lock.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void close(String name) {
        List<EntryIterator> open = List.copyOf(iterators);
        if (!open.isEmpty()) {
            LOG.atWarn().addKeyValue("store", name).log("closing {} iterators that were left open", open.size());
            open.forEach(EntryIterator::close);
        }
        try (allocator;
                entries;
                disk) {
            releaseCommitted();
            if (!dirty) {
                disk.writeLast(offset, this::view, this::state);
            }
        }
    }
}

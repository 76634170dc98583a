package io.polaroid.store.entry;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.commit.CommitGate;
import io.polaroid.store.internals.ChangelogPosition;
import io.polaroid.store.internals.RecordRestore;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.jspecify.annotations.Nullable;

/**
 * Entries as a store of Kafka Streams keeps them: its life cycle, what is committed of them, and their files. The wrappers that
 * Kafka Streams puts around a store log each write to the changelog.
 *
 * <p>What is committed is known on threads whose clients are those of {@code Stores.clients()}: there, snapshots show the last
 * commit while the next one is under way. Elsewhere they show the newest entries, and files are written when Kafka Streams says
 * that it has committed, which under exactly-once it does at the end of a task only.
 *
 * <p><b>Thread</b> any; one at a time is at the entries. <b>Owns</b> its allocator and files, from {@link #init} to {@link #close}.
 */
public final class EntryStore {
    private final String name;
    private final @Nullable Retention retention;
    private final BufferAllocator parent;
    private final StoreLimits limits;
    private final Object lock = new Object();
    private volatile @Nullable OpenEntries opened;

    /** What to do with a record of the changelog. */
    @FunctionalInterface
    public interface Restorer {
        /** Takes it into the entries; a null value is a tombstone. */
        void restore(EntryTable entries, byte[] key, byte @Nullable [] value);
    }

    /** Something to do with the entries. */
    @FunctionalInterface
    public interface Work<R> {
        /** Does it. */
        R on(EntryTable entries);
    }

    /**
     * A closed store of entries without times.
     *
     * @param parent parent of its allocator
     */
    public EntryStore(String name, BufferAllocator parent, StoreLimits limits) {
        this(name, null, parent, limits);
    }

    private EntryStore(String name, @Nullable Retention retention, BufferAllocator parent, StoreLimits limits) {
        this.name = name;
        this.retention = retention;
        this.parent = parent;
        this.limits = limits;
    }

    /** The same for entries with times, which stay for so long. */
    public EntryStore retaining(Retention newRetention) {
        return new EntryStore(name, newRetention, parent, limits);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Opens it, with what is on disk. */
    public void init(StateStoreContext context, StateStore root, Restorer restorer) {
        close();
        limits.configure(context.appConfigs());
        synchronized (lock) {
            var self = OpenEntries.open(name, context, retention, parent, limits);
            opened = self;
            var positions = new ChangelogPosition(context);
            context.register(root, (RecordRestore) records -> restore(self, records, restorer, positions));
        }
    }

    private void restore(
            OpenEntries self,
            Collection<ConsumerRecord<byte[], byte[]>> records,
            Restorer restorer,
            ChangelogPosition positions) {
        synchronized (lock) {
            if (opened != self) {
                throw closed();
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                restorer.restore(self.entries, record.key(), record.value());
                positions.restored(record, self.position);
                self.offset = record.offset();
            }
            self.persist();
        }
    }

    /** Changes entries on behalf of the record that is being processed. */
    public void write(Work<?> work) {
        synchronized (lock) {
            OpenEntries self = self();
            self.beforeWrite(this, this::committed, lock);
            work.on(self.entries);
            self.processed();
        }
    }

    /** Reads the newest entries. */
    public <R> R read(Work<R> work) {
        synchronized (lock) {
            return work.on(self().entries);
        }
    }

    /**
     * Goes through the newest entries; see {@link EntryCursor} for what happens when they change meanwhile. Of a closed store
     * whose entries have times there are none, as of Kafka's own.
     */
    public EntryIterator iterate(EntryRange range) {
        synchronized (lock) {
            if (opened == null && retention != null) {
                return EntryIterator.none();
            }
            OpenEntries self = self();
            EntryRange visible = self.facts().visible(range);
            return new EntryIterator(new EntryCursor(self.entries, visible), lock, () -> opened == self, () -> {});
        }
    }

    /** Reads a snapshot of what is committed, for as long as that takes; the store waits with closing. */
    public <R> R readCommitted(Function<EntrySnapshot, R> reader) {
        OpenEntries self;
        EntrySnapshot snapshot;
        synchronized (lock) {
            self = self();
            snapshot = self.committed();
            self.readers++;
        }
        try {
            return reader.apply(snapshot);
        } finally {
            snapshot.release();
            synchronized (lock) {
                self.readers--;
                lock.notifyAll();
            }
        }
    }

    /**
     * Entries of a snapshot.
     *
     * @param facts what goes with it
     * @param iterator goes through them; the caller closes it, else the store does when it closes
     */
    public record Committed(EntryFacts facts, EntryIterator iterator) {}

    /** Goes through a snapshot of what is committed. */
    public Committed iterateCommitted(EntryRange range) {
        synchronized (lock) {
            OpenEntries self = self();
            EntrySnapshot snapshot = self.committed();
            var holder = new EntryIterator[1];
            var iterator = new EntryIterator(
                    new EntryCursor(snapshot, snapshot.facts().visible(range)), new Object(), () -> true, () -> {
                        self.iterators.remove(holder[0]);
                        snapshot.release();
                    });
            holder[0] = iterator;
            self.iterators.add(iterator);
            return new Committed(snapshot.facts(), iterator);
        }
    }

    /** The context that it was opened with. */
    public StateStoreContext context() {
        return self().context;
    }

    /** How far the inputs are in it, committed or not. */
    public Position position() {
        OpenEntries now = opened;
        return now == null ? Position.emptyPosition() : now.position;
    }

    private void committed() {
        synchronized (lock) {
            OpenEntries now = opened;
            if (now != null) {
                now.commitDone();
            }
        }
    }

    /** The end of the last commit on disk; -4, with which Kafka Streams restores from the beginning, for none. */
    public long committedOffset() {
        return self().disk.offset();
    }

    /** Kafka Streams has committed, or wants all offsets forgotten. */
    public void commit(Map<TopicPartition, Long> offsets) {
        synchronized (lock) {
            OpenEntries self = self();
            if (offsets.isEmpty() || offsets.values().stream().anyMatch(Objects::isNull)) {
                self.forget();
            } else {
                self.reached(offsets.values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElseThrow());
            }
        }
    }

    /** Whether it is open. */
    public boolean isOpen() {
        return opened != null;
    }

    /** Closes it, after readers; writes to disk what is committed. Closing twice does nothing. */
    public void close() {
        OpenEntries last;
        CommitGate.withdraw(this);
        synchronized (lock) {
            last = opened;
            opened = null;
            if (last != null) {
                last.awaitReaders(lock);
            }
        }
        if (last != null) {
            last.close(name);
        }
    }

    private OpenEntries self() {
        OpenEntries now = opened;
        if (now == null) {
            throw closed();
        }
        return now;
    }

    private InvalidStateStoreException closed() {
        return new InvalidStateStoreException("Store " + name + " is currently closed");
    }
}

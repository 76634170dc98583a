package io.polaroid.store.result;

import io.polaroid.store.CommittedQueries;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.StagedResults;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.commit.CommitGate;
import io.polaroid.store.commit.Committed;
import io.polaroid.store.commit.Publication;
import io.polaroid.store.internals.ChangelogOffset;
import io.polaroid.store.internals.ChangelogWriter;
import io.polaroid.store.internals.PreCommitFlush;
import io.polaroid.store.internals.RecordRestore;
import io.polaroid.store.restore.WholeStores;
import io.polaroid.store.segment.SegmentIndexer;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.store.segment.SegmentStore;
import io.polaroid.store.segment.StoreFolder;
import io.polaroid.store.segment.TableOnDisk;
import io.polaroid.store.spill.Spill;
import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.row.Row;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.jspecify.annotations.Nullable;

/** The result tier as a store of Kafka Streams: its life cycle, flush and committed snapshots around {@link ViewResults}. */
public final class ArrowResultTier implements ResultTier, PreCommitFlush {
    private final String name;
    private final ResultTable layout;
    private final BufferAllocator parent;
    private final StoreLimits limits;
    private @Nullable Runnable beforeFlush;
    private LongSupplier beside = () -> 0;
    private List<RowTier> inputs = List.of();
    private volatile @Nullable Opened opened;

    /** What exists from init to close. */
    private static final class Opened {
        final int partition;
        final BufferAllocator allocator;
        final ViewResults results;
        final ResultCopies copies;
        final TableOnDisk disk;
        final ChangelogWriter changelog;
        final ChangelogOffset acknowledged;
        final Committed<ResultFacts> committed = new Committed<>();

        /** Whether the last flush is not known to be committed. */
        boolean pending;

        long offset;

        @Nullable
        Publication<ResultFacts> staged;

        Opened(
                int partition,
                BufferAllocator allocator,
                ViewResults results,
                TableOnDisk disk,
                ChangelogWriter changelog,
                ChangelogOffset acknowledged) {
            this.partition = partition;
            this.allocator = allocator;
            this.results = results;
            this.copies = results.copies();
            this.disk = disk;
            this.changelog = changelog;
            this.acknowledged = acknowledged;
            this.offset = disk.offset();
        }

        /** On the stream thread, right after a commit. */
        void commitDone() {
            pending = false;
            acknowledged.last().ifPresent(last -> offset = Math.max(offset, last));
            persist();
        }

        /** The state that is live is the one published last, if it is whole and nothing waits to be committed. */
        private boolean isCommitted() {
            return !pending && results.isWhole();
        }

        void persist() {
            if (isCommitted()) {
                disk.committed(offset, committed::rows, results::toBytes);
            }
        }

        void close() {
            try (allocator;
                    results;
                    committed;
                    disk) {
                if (isCommitted()) {
                    disk.writeLast(offset, committed::rows, results::toBytes);
                }
            }
        }
    }

    /** A closed store; {@code init} opens it. */
    public ArrowResultTier(
            String name, Schema results, int doubleSlots, int longSlots, BufferAllocator parent, StoreLimits limits) {
        this.name = name;
        this.layout = new ResultTable(results, doubleSlots, longSlots);
        this.parent = parent;
        this.limits = limits;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        close();
        limits.configure(context.appConfigs());
        int partition = context.taskId().partition();
        BufferAllocator allocator = parent.newChildAllocator("store/" + name + "/" + partition, 0, parent.getLimit());
        Opened self = open(context, partition, allocator);
        WholeStores.opened(context.appConfigs(), name, partition, self.disk.offset());
        opened = self;
        // A partition without records restores nothing, and what was found on disk is its committed state.
        self.committed.publish(self.results.view(), self.results.facts());
        context.register(root, (RecordRestore) this::restore);
    }

    private Opened open(StateStoreContext context, int partition, BufferAllocator allocator) {
        var results = new ViewResults(layout, allocator, new Spill(StoreFolder.of(context, name), limits));
        try {
            var disk = new SegmentStore(new SegmentStore.Setup(
                    name + "/" + partition,
                    StoreFolder.of(context, name),
                    layout.schema(),
                    layout.timeNanos,
                    false,
                    SegmentIndexer.NONE,
                    SegmentSettings.of(context.appConfigs()),
                    limits,
                    allocator));
            disk.open().ifPresent(results::load);
            var onDisk =
                    new TableOnDisk(disk, results.rows().table(), limits, allocator, indexes(results), results::adopt);
            return new Opened(
                    partition,
                    allocator,
                    results,
                    onDisk,
                    new ChangelogWriter(context, name),
                    new ChangelogOffset(context, name));
        } catch (RuntimeException e) {
            results.close();
            allocator.close();
            throw e;
        }
    }

    private TableOnDisk.Indexes indexes(ViewResults results) {
        return new TableOnDisk.Indexes() {
            @Override
            public long heapBytes() {
                return results.heapBytes() + beside.getAsLong();
            }

            @Override
            public void spillIfDue() {
                results.spillIfDue();
            }
        };
    }

    /**
     * Only whole commits become visible, wherever the poll has cut the changelog, and of these only the last one: a table that
     * was shown copies a chunk before it changes it again.
     */
    private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
        Opened self = self();
        long end = records.stream()
                .filter(record -> ViewResults.endsCommit(record.key()))
                .mapToLong(ConsumerRecord::offset)
                .max()
                .orElse(-1);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            self.results.restore(record.key(), record.value());
            if (record.offset() == end) {
                self.committed.publish(self.results.view(), self.results.facts());
                self.offset = end;
                self.persist();
                self.disk.makeRoom();
            }
        }
    }

    @Override
    public void flushCache() {
        if (beforeFlush != null) {
            beforeFlush.run();
        }
        Opened self = self();
        self.disk.makeRoom();
        inputs.forEach(input -> self.results.positions(offsets(input, self.partition)));
        if (self.results.write(self.changelog::log)) {
            self.pending = true;
            self.staged =
                    new Publication<>(self.committed, self.results.view(), self.results.facts(), self::commitDone);
            CommitGate.offer(this, self.staged);
        }
    }

    @Override
    public void clearCache() {
        CommitGate.withdraw(this);
        beforeFlush = null;
        beside = () -> 0;
        inputs = List.of();
    }

    @Override
    public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
        Opened now = opened;
        return new CommittedQueries(this, now == null ? -1 : now.partition, config)
                .answer(
                        query,
                        bound,
                        reader -> now == null
                                ? Optional.empty()
                                : now.committed.read(
                                        (view, facts) -> reader.apply(now.copies.read(now.partition, view, facts))));
    }

    @Override
    public Map<String, Long> committedCounts() {
        Opened now = opened;
        return now == null
                ? Map.of()
                : now.committed.facts().map(facts -> facts.state().counts()).orElse(Map.of());
    }

    @Override
    public Position getPosition() {
        Opened now = opened;
        return now == null ? Position.emptyPosition() : now.results.state().position(now.partition);
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    @Deprecated
    public boolean managesOffsets() {
        return true;
    }

    /** The end of the last commit on disk; -4, with which Kafka Streams restores from the beginning, for none. */
    @Override
    public Long committedOffset(TopicPartition partition) {
        return self().disk.offset();
    }

    @Override
    public void commit(Map<TopicPartition, Long> offsets) {
        if (offsets.isEmpty() || offsets.values().stream().anyMatch(Objects::isNull)) {
            self().disk.forget();
        } else {
            self().persist();
        }
    }

    @Override
    public boolean isOpen() {
        return opened != null;
    }

    @Override
    public void close() {
        Opened last = opened;
        opened = null;
        CommitGate.withdraw(this);
        if (last != null) {
            if (last.staged != null) {
                last.staged.discard();
            }
            last.close();
        }
    }

    private Opened self() {
        Opened now = opened;
        if (now == null) {
            throw new IllegalStateException("store " + name + " is closed");
        }
        return now;
    }

    private ResultRows rows() {
        return self().results.rows();
    }

    @Override
    public Schema resultSchema() {
        return layout.results;
    }

    @Override
    public int find(String series, long timeNanos, long sequence) {
        return rows().find(series, timeNanos, sequence);
    }

    @Override
    public int insert(String series, long timeNanos, long sequence) {
        return self().results.insert(series, timeNanos, sequence);
    }

    @Override
    public void insertAll(StagedResults staged, String[] series, int count, long timeNanos) {
        self().results.insertAll(staged, series, count, timeNanos);
    }

    @Override
    public int seriesNumber(String series) {
        return rows().seriesNumber(series);
    }

    @Override
    public void upsertAll(StagedResults staged, int count) {
        self().results.upsertAll(staged, count);
    }

    @Override
    public StagedResults stage() {
        return new StagedResults(layout.loggedSchema(), layout.doubles, layout.longs, layout.series);
    }

    @Override
    public String series(int row) {
        return rows().series(row);
    }

    @Override
    public long timeNanos(int row) {
        return rows().timeNanos(row);
    }

    @Override
    public long sequence(int row) {
        return rows().sequence(row);
    }

    @Override
    public void set(int row, int column, @Nullable Object value) {
        rows().set(row, column, value);
    }

    @Override
    public Row result(int row) {
        return rows().result(row);
    }

    @Override
    public Slots slots(int row) {
        return rows().slots(row);
    }

    @Override
    public boolean hasSlots(int row) {
        return rows().hasSlots(row);
    }

    @Override
    public void readSlots(int row, double[] doubles, int firstDouble, long[] longs, int firstLong) {
        rows().readSlots(row, doubles, firstDouble, longs, firstLong);
    }

    @Override
    public void writeSlots(int row, double[] doubles, int firstDouble, long[] longs, int firstLong) {
        rows().writeSlots(row, doubles, firstDouble, longs, firstLong);
    }

    @Override
    public boolean isProvisional(int row) {
        return rows().isProvisional(row);
    }

    @Override
    public void forEachRow(IntConsumer action) {
        rows().forEachRow(action);
    }

    @Override
    public void forEachChanged(IntConsumer action) {
        rows().forEachChanged(action);
    }

    @Override
    public long count(String counter) {
        return self().results.count(counter);
    }

    @Override
    public void increment(String counter, long by) {
        self().results.increment(counter, by);
    }

    @Override
    public void reached(long inputOffset, long progressNanos) {
        self().results.reached(inputOffset, progressNanos);
    }

    @Override
    public void expireBefore(long timeNanos) {
        self().results.expireBefore(timeNanos);
    }

    @Override
    public boolean isExpired(long timeNanos) {
        return self().results.isExpired(timeNanos);
    }

    @Override
    public void countBeside(LongSupplier heapBytes) {
        beside = heapBytes;
    }

    private static Map<String, Long> offsets(RowTier input, int partition) {
        var offsets = new HashMap<String, Long>();
        Position position = input.getPosition();
        for (String topic : position.getTopics()) {
            Long last = position.getPartitionPositions(topic).get(partition);
            if (last != null) {
                offsets.put(topic, last);
            }
        }
        return offsets;
    }

    @Override
    public void reads(List<RowTier> rowTiers) {
        inputs = List.copyOf(rowTiers);
    }

    @Override
    public void beforeFlush(Runnable action) {
        beforeFlush = action;
    }
}

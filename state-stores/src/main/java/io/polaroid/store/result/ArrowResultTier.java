package io.polaroid.store.result;

import io.polaroid.store.ResultTier;
import io.polaroid.store.SnapshotQuery;
import io.polaroid.store.StagedResults;
import io.polaroid.store.commit.CommitGate;
import io.polaroid.store.commit.Committed;
import io.polaroid.store.commit.Publication;
import io.polaroid.store.internals.ChangelogWriter;
import io.polaroid.store.internals.PreCommitFlush;
import io.polaroid.store.internals.RecordRestore;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.row.Row;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
    private @Nullable Runnable beforeFlush;
    private volatile @Nullable Opened opened;

    /** What exists from init to close. */
    private static final class Opened {
        final int partition;
        final BufferAllocator allocator;
        final ViewResults results;
        final ChangelogWriter changelog;
        final Committed<ViewState> committed = new Committed<>();

        @Nullable
        Publication<ViewState> staged;

        Opened(int partition, BufferAllocator allocator, ViewResults results, ChangelogWriter changelog) {
            this.partition = partition;
            this.allocator = allocator;
            this.results = results;
            this.changelog = changelog;
        }
    }

    /** A closed store; {@code init} opens it. */
    public ArrowResultTier(String name, Schema results, int doubleSlots, int longSlots, BufferAllocator parent) {
        this.name = name;
        this.layout = new ResultTable(results, doubleSlots, longSlots);
        this.parent = parent;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        close();
        int partition = context.taskId().partition();
        BufferAllocator allocator = parent.newChildAllocator("store/" + name + "/" + partition, 0, parent.getLimit());
        Opened self = new Opened(
                partition, allocator, new ViewResults(layout, allocator), new ChangelogWriter(context, name));
        opened = self;
        // A partition without records restores nothing, and its empty table is its committed state.
        self.committed.publish(self.results.view(), self.results.state());
        context.register(root, (RecordRestore) this::restore);
    }

    private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
        Opened self = self();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            // Only whole commits become visible, wherever the poll has cut the changelog.
            if (self.results.restore(record.key(), record.value())) {
                self.committed.publish(self.results.view(), self.results.state());
            }
        }
    }

    @Override
    public void flushCache() {
        if (beforeFlush != null) {
            beforeFlush.run();
        }
        Opened self = self();
        if (self.results.write(self.changelog::log)) {
            self.staged = new Publication<>(self.committed, self.results.view(), self.results.state());
            CommitGate.offer(this, self.staged);
        }
    }

    @Override
    public void clearCache() {
        CommitGate.withdraw(this);
        beforeFlush = null;
    }

    @Override
    public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
        Opened now = opened;
        return SnapshotQuery.answer(this, now == null ? -1 : now.partition, query, bound, this::snapshot);
    }

    private Optional<TableSnapshot.Part> snapshot(BufferAllocator target) {
        Opened now = opened;
        return now == null
                ? Optional.empty()
                : now.committed.read((view, state) -> ViewResults.snapshot(layout, now.partition, view, state, target));
    }

    @Override
    public Map<String, Long> committedCounts() {
        Opened now = opened;
        return now == null
                ? Map.of()
                : now.committed.facts().map(ViewState::counts).orElse(Map.of());
    }

    @Override
    public Position getPosition() {
        return Position.emptyPosition();
    }

    @Override
    public boolean persistent() {
        return false;
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
            last.committed.close();
            last.results.close();
            last.allocator.close();
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
    public void beforeFlush(Runnable action) {
        beforeFlush = action;
    }
}

package io.polaroid.store.row;

import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.CommittedQueries;
import io.polaroid.store.Floors;
import io.polaroid.store.Floors.Floor;
import io.polaroid.store.Outages;
import io.polaroid.store.RawRows;
import io.polaroid.store.RowIntake;
import io.polaroid.store.RowIntake.ControlIn;
import io.polaroid.store.RowIntake.MalformedIn;
import io.polaroid.store.RowIntake.MisroutedIn;
import io.polaroid.store.RowIntake.ProvisionalIn;
import io.polaroid.store.RowIntake.RowIn;
import io.polaroid.store.RowTier;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.commit.CommitGate;
import io.polaroid.store.commit.Committed;
import io.polaroid.store.commit.Publication;
import io.polaroid.store.internals.ChangelogOffset;
import io.polaroid.store.internals.PreCommitFlush;
import io.polaroid.store.internals.RecordRestore;
import io.polaroid.store.read.PipelineStatus.FeedStatus;
import io.polaroid.store.read.PipelineStatus.StreamStatus;
import io.polaroid.store.restore.WholeStores;
import io.polaroid.store.segment.SegmentSettings;
import io.polaroid.store.segment.SegmentStore;
import io.polaroid.store.segment.StoreFolder;
import io.polaroid.store.segment.TableOnDisk;
import io.polaroid.store.spill.Spill;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The row tier as a store of Kafka Streams: its life cycle, restore and committed snapshots around {@link PartitionRows}. */
public final class ArrowRowTier implements RowTier, PreCommitFlush {
    private static final Logger LOG = LoggerFactory.getLogger(ArrowRowTier.class);

    /** What is restored at once at most: the columns of a frame stay on the heap. */
    private static final int FRAME_ROWS = 4_096;

    private static final long FRAME_BYTES = 1L << 20;

    private final String name;
    private final Schema schema;
    private final RowTable layout;
    private final RowIntake.Factory intakes;
    private final Duration retention;
    private final BufferAllocator parent;
    private final StoreLimits limits;
    private final Floors floors;

    /** Not after a restore that Kafka Streams gave up: then it begins with the topic. */
    private boolean trustsFloors = true;

    private volatile @Nullable Opened opened;

    /** What exists from init to close. */
    private static final class Opened {
        final int partition;
        final RowIntake intake;
        final FrameIntake frames;
        final BufferAllocator allocator;
        final PartitionRows rows;
        final TableOnDisk disk;
        final StateStoreContext context;
        final RowFloors floors;

        /** The last offset that it knew of before any record was read. */
        final long begin;

        final Committed<RowFacts> committed = new Committed<>();
        final RowCopies copies;
        final Optional<String> topic;

        /** Offset of the last record, of those too that change nothing; -1 for none. */
        long seen;

        @Nullable
        Publication<RowFacts> staged;

        Opened(
                StateStoreContext context,
                FrameIntake frames,
                RowIntake intake,
                BufferAllocator allocator,
                PartitionRows rows,
                RowFloors floors,
                TableOnDisk disk,
                Optional<String> topic) {
            this.context = context;
            this.frames = frames;
            this.floors = floors;
            this.partition = context.taskId().partition();
            this.begin = rows.lastOffset() < 0 ? SegmentStore.UNKNOWN_OFFSET : rows.lastOffset();
            this.intake = intake;
            this.allocator = allocator;
            this.rows = rows;
            this.disk = disk;
            this.copies = rows.copies();
            this.topic = topic;
            this.seen = rows.lastOffset() < 0 ? -1 : intake.format().offset(rows.lastOffset());
        }

        Position position() {
            Position position = Position.emptyPosition();
            topic.filter(name -> seen >= 0).ifPresent(name -> position.withComponent(name, partition, seen));
            return position;
        }

        /** On the stream thread, right after a commit, or on the restoring thread. */
        void persist() {
            committed
                    .facts()
                    .ifPresent(facts -> disk.committed(
                            facts.status().committedOffset(), facts.status().rows(), committed::rows, state(facts)));
        }

        void persistLast() {
            committed
                    .facts()
                    .ifPresent(
                            facts -> disk.writeLast(facts.status().committedOffset(), committed::rows, state(facts)));
        }

        void close() {
            try (allocator;
                    rows;
                    committed;
                    disk) {
                persistLast();
            }
        }

        private Supplier<byte[]> state(RowFacts facts) {
            return () -> RowState.of(facts, rows.seriesNames()).toBytes();
        }
    }

    /** A closed store; {@code init} opens it. */
    public ArrowRowTier(
            String name,
            Schema schema,
            RowIntake.Factory intakes,
            Duration retention,
            BufferAllocator parent,
            StoreLimits limits,
            Floors floors) {
        this.floors = floors;
        this.name = name;
        this.schema = schema;
        this.layout = new RowTable(schema);
        this.intakes = intakes;
        this.retention = retention;
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
        self.committed.publish(self.rows.table().view(), facts(self));
        context.register(root, (RecordRestore) this::restore);
    }

    private Opened open(StateStoreContext context, int partition, BufferAllocator allocator) {
        var spill = new Spill(StoreFolder.of(context, name), limits);
        var rows = new PartitionRows(layout, partition, retention.toNanos(), allocator, spill);
        try {
            var disk = new SegmentStore(new SegmentStore.Setup(
                    name + "/" + partition,
                    StoreFolder.of(context, name),
                    layout.schema(),
                    layout.timeNanos,
                    true,
                    (view, chunks) -> SealedIds.index(layout, view, chunks),
                    SegmentSettings.of(context.appConfigs()),
                    limits,
                    allocator));
            RowIntake intake = intakes.create();
            var ofRows = new RowFloors(
                    layout, rows.bases(), intake.format(), retention.toNanos(), context.appConfigs(), allocator);
            begin(context, disk, ofRows, rows, intake.format());
            var onDisk = new TableOnDisk(disk, rows.table(), limits, allocator, indexes(rows), rows::adopt);
            if (!intake.movesProgress()) {
                rows.leaveProgressToControls();
            }
            return new Opened(
                    context,
                    new FrameIntake(schema, rows, intake),
                    intake,
                    allocator,
                    rows,
                    ofRows,
                    onDisk,
                    new ChangelogOffset(context, name).topic());
        } catch (RuntimeException e) {
            rows.close();
            allocator.close();
            throw e;
        }
    }

    private static TableOnDisk.Indexes indexes(PartitionRows rows) {
        return new TableOnDisk.Indexes() {
            @Override
            public long heapBytes() {
                return rows.heapBytes();
            }

            @Override
            public void spillIfDue() {
                rows.spillIfDue();
            }
        };
    }

    /** Goes on from what is on disk or from a floor, whichever is newer: the disk may be that of a process that was away for long. */
    private void begin(
            StateStoreContext context, SegmentStore disk, RowFloors ofRows, PartitionRows rows, StreamFormat format) {
        Optional<SegmentStore.Found> found = disk.open();
        boolean asks = trustsFloors && (found.isEmpty() || disk.isOld());
        Optional<Floor> newer = asks ? floors.read(context) : Optional.empty();
        if (newer.isPresent()
                && found.map(here -> format.offset(here.offset()) < newer.get().begin())
                        .orElse(true)
                && loads(context, ofRows, newer.get(), rows)) {
            disk.startAnew();
        } else {
            found.ifPresent(rows::load);
        }
    }

    private boolean loads(StateStoreContext context, RowFloors ofRows, Floor floor, PartitionRows rows) {
        try {
            ofRows.load(floor, rows);
            LOG.atInfo()
                    .addKeyValue("store", name + "/" + context.taskId().partition())
                    .log("rows begin at a floor, behind offset {}", floor.begin());
            return true;
        } catch (IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("store", name + "/" + context.taskId().partition())
                    .log("a floor is not usable, the restore begins without it: {}", e.getMessage());
            return false;
        }
    }

    private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
        Opened self = self();
        // After an active task has become a standby, Kafka Streams may read a frame again from its first row.
        long last = self.intake.format().offset(self.rows.lastOffset());
        var fresh = records.stream().filter(record -> record.offset() > last).toList();
        for (int from = 0; from < fresh.size(); ) {
            int to = from;
            long bytes = 0;
            do {
                byte[] value = fresh.get(to++).value();
                bytes += value == null ? 0 : value.length;
            } while (to < fresh.size() && to - from < FRAME_ROWS && bytes < FRAME_BYTES);
            self.frames.apply(new RestoredRecords(fresh.subList(from, to)));
            self.floors.note(self.rows);
            self.seen = fresh.get(to - 1).offset();
            from = to;
        }
        self.committed.publish(self.rows.table().view(), facts(self));
        self.persist();
        self.disk.makeRoom();
    }

    @Override
    public Applied apply(int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        Opened self = self();
        PartitionRows rows = self.rows;
        RowIntake.Intake intake = self.intake.admit(partition, key, value);
        self.seen = Math.max(self.seen, self.intake.format().offset(offset));
        if (key == null) {
            return PartitionRows.withoutKey(offset, intake);
        }
        rows.reached(offset);
        return switch (intake) {
            case RowIn row -> rows.row(partition, offset, row);
            case ControlIn in -> rows.control(offset, in.control());
            case MisroutedIn row -> rows.misrouted(offset, row.series());
            case MalformedIn bad -> rows.malformed(offset, bad.problem());
            case ProvisionalIn unpublished -> new Provisional(offset);
        };
    }

    @Override
    public AppliedRows applyAll(RawRows records) {
        Opened self = self();
        AppliedRows applied = self.frames.apply(records);
        if (records.size() > 0) {
            self.seen = Math.max(self.seen, records.offset(records.size() - 1));
        }
        return applied;
    }

    @Override
    public SeriesRows series(String series) {
        return self().rows.series(series);
    }

    @Override
    public SeriesRows seriesOfFrame(String series) {
        return self().rows.seriesOfFrame(series);
    }

    @Override
    public long retainedFrom() {
        return self().rows.retainedFrom();
    }

    @Override
    public List<String> seriesKeys() {
        return self().rows.seriesKeys();
    }

    @Override
    public long progress() {
        return self().rows.progress();
    }

    @Override
    public Outages outages() {
        return self().rows.feeds();
    }

    @Override
    public long lastOffset() {
        return self().rows.lastOffset();
    }

    @Override
    public StreamStatus status() {
        Opened now = opened;
        StreamStatus none = new StreamStatus(name, now == null ? -1 : now.partition, 0, 0, 0, 0, Long.MIN_VALUE, -1);
        return now == null ? none : now.committed.facts().map(RowFacts::status).orElse(none);
    }

    @Override
    public List<FeedStatus> feeds() {
        Opened now = opened;
        return now == null
                ? List.of()
                : now.committed.facts().map(RowFacts::feeds).orElse(List.of());
    }

    @Override
    public void flushCache() {
        Opened self = self();
        self.disk.makeRoom();
        self.floors.note(self.rows);
        self.floors.next(self.rows).ifPresent(floor -> floors.write(self.context, floor));
        self.staged = new Publication<>(self.committed, self.rows.table().view(), facts(self), self::persist);
        CommitGate.offer(this, self.staged);
    }

    private RowFacts facts(Opened self) {
        return self.rows.facts(name, self.partition, self.position());
    }

    @Override
    public void clearCache() {
        CommitGate.withdraw(this);
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
    public Position getPosition() {
        Opened now = opened;
        return now == null ? Position.emptyPosition() : now.position();
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

    /**
     * The last row on disk, or what the floor says that it began with; -4, with which Kafka Streams restores from the beginning, for none. What it says of offsets in
     * {@link #commit} is of no use: it is the offset of a frame, and nothing at all while a task runs under exactly-once.
     */
    @Override
    public Long committedOffset(TopicPartition partition) {
        Opened self = self();
        long last = trustsFloors ? Math.max(self.begin, self.disk.offset()) : self.disk.offset();
        return self.intake.format().offset(last);
    }

    @Override
    public void commit(Map<TopicPartition, Long> offsets) {
        if (offsets.isEmpty() || offsets.values().stream().anyMatch(Objects::isNull)) {
            trustsFloors = false;
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
}

package io.polaroid.store.segment;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.StoreLimits.Pressure;
import io.polaroid.store.column.ChunkPlace;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.MappedBatch;
import io.polaroid.store.column.TableView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one store. A capture of committed state is written by a thread of its own, at most one at a time; only the
 * manifest decides what counts, and it is replaced when all that it names is on disk.
 *
 * <p><b>Thread</b> the store's own (stream thread or state updater, never both). <b>Owns</b> the files in its folder.
 */
public final class SegmentStore implements AutoCloseable {
    /** What Kafka Streams calls an offset that is not known: the store is empty, and is restored from the beginning. */
    public static final long UNKNOWN_OFFSET = -4;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);
    private static final int CHUNKS_WORTH_A_SEGMENT = 4;

    private final Setup setup;
    private final int schemaChecksum;
    private final SegmentWriter writer;

    /** Files of the segments that the table or a view of it may be read from; more than the manifest names. */
    private final Map<Long, List<DiskFile>> segments = new HashMap<>();

    private Manifest manifest;
    private long nextNumber;
    private long capturedOffset = UNKNOWN_OFFSET;

    /** How many rows the store had seen at the last capture; unknown of what was found on disk. */
    private long capturedRows;

    private long seenRows;
    private Instant capturedAt;
    private boolean forgotten;
    private @Nullable Running running;
    private @Nullable IOException failure;

    /**
     * A store on disk.
     *
     * @param store its name, for messages
     * @param folder its folder; made when there is something to write
     * @param schema all columns
     * @param timeColumn the column with the event time
     * @param appendOnly whether rows are never written again
     * @param indexer makes what goes beside segments
     */
    public record Setup(
            String store,
            Path folder,
            Schema schema,
            int timeColumn,
            boolean appendOnly,
            SegmentIndexer indexer,
            SegmentSettings settings,
            StoreLimits limits,
            BufferAllocator allocator) {}

    /**
     * What was found on disk.
     *
     * @param batches the table's chunks in their order; those of segments stay mapped
     * @param segments which of them are of a segment, and so stay on disk
     * @param indexes the index of each segment
     */
    public record Found(
            long offset,
            byte[] state,
            List<MappedBatch> batches,
            List<Boolean> segments,
            Map<Long, ByteBuffer> indexes) {}

    /** Rows that are on disk now: batches by chunk of the view, and the index of the segment. */
    public record Sealed(TableView view, Map<Integer, MappedBatch> batches, long segment, Optional<ByteBuffer> index) {}

    private record Running(SegmentWork work, FutureTask<SegmentWork.Done> task, Thread thread) {}

    /** A store that has read nothing yet. */
    public SegmentStore(Setup setup) {
        this.setup = setup;
        var crc = new CRC32C();
        crc.update(setup.schema().toJson().getBytes(StandardCharsets.UTF_8));
        this.schemaChecksum = (int) crc.getValue();
        this.writer = new SegmentWriter(setup.folder(), setup.timeColumn(), setup.limits(), setup.allocator());
        this.manifest = new Manifest(schemaChecksum, UNKNOWN_OFFSET, List.of(), List.of(), new byte[0]);
        this.capturedAt = setup.settings().clock().instant();
    }

    /**
     * Reads what is on disk and checks every byte of it. What is wrong is deleted, with a line in the log, and the store starts
     * empty: Kafka Streams rebuilds it from its topic.
     */
    public Optional<Found> open() {
        try {
            setup.limits().foundOnDisk(bytesOnDisk());
            Path file = SegmentWriter.manifest(setup.folder());
            if (!Files.exists(file)) {
                tidy();
                return Optional.empty();
            }
            Found found = read(file);
            tidy();
            return Optional.of(found);
        } catch (CorruptStateException e) {
            return startEmpty(e);
        } catch (IOException e) {
            throw new ProcessorStateException(
                    "store " + setup.store() + " cannot read its state in " + setup.folder() + ": " + e.getMessage(),
                    e);
        }
    }

    private Optional<Found> startEmpty(CorruptStateException reason) {
        LOG.atError()
                .addKeyValue("store", setup.store())
                .addKeyValue("folder", setup.folder())
                .log("local state is not usable and is rebuilt from the topic: {}", reason.getMessage());
        manifest = new Manifest(schemaChecksum, UNKNOWN_OFFSET, List.of(), List.of(), new byte[0]);
        try {
            wipe();
        } catch (IOException e) {
            throw new ProcessorStateException(
                    "store " + setup.store() + " cannot delete its unusable state in " + setup.folder(), e);
        }
        return Optional.empty();
    }

    private Found read(Path file) throws CorruptStateException, IOException {
        manifest = Manifest.of(Files.readAllBytes(file));
        if (manifest.schemaChecksum() != schemaChecksum) {
            throw new CorruptStateException("it was written for other columns than " + setup.schema());
        }
        var batches = new HashMap<ChunkPlace, MappedBatch>();
        var indexes = new HashMap<Long, ByteBuffer>();
        for (DiskFile known : manifest.files()) {
            ByteBuffer bytes = SegmentReader.verified(setup.folder(), known);
            switch (known.kind()) {
                case SEGMENT, TAIL ->
                    SegmentReader.batches(bytes, known, setup.schema())
                            .forEach(batch -> batches.put(batch.place(), batch));
                case INDEX -> indexes.put(known.number(), bytes);
            }
        }
        var tails = manifest.files().stream()
                .filter(known -> known.kind() == DiskFile.Kind.TAIL)
                .map(DiskFile::number)
                .collect(Collectors.toSet());
        var inOrder = new ArrayList<MappedBatch>();
        var segments = new ArrayList<Boolean>();
        for (ChunkPlace place : manifest.chunks()) {
            MappedBatch batch = batches.get(place);
            if (batch == null) {
                throw new CorruptStateException("the manifest names a batch that no file has: " + place);
            }
            inOrder.add(batch);
            segments.add(!tails.contains(place.segment()));
        }
        remember(manifest.files());
        nextNumber = manifest.lastNumber() + 1;
        capturedOffset = manifest.offset();
        capturedRows = UNKNOWN_OFFSET;
        return new Found(manifest.offset(), manifest.state(), inOrder, segments, indexes);
    }

    private void remember(List<DiskFile> files) {
        for (DiskFile file : files) {
            if (file.kind() != DiskFile.Kind.TAIL) {
                segments.computeIfAbsent(file.number(), number -> new ArrayList<>())
                        .add(file);
            }
        }
    }

    /**
     * Forgets segments that no view made from now on can show. The view captured may be older than the table: it may show as in
     * memory what the table has on disk by now, so that its manifest names less than the next one needs.
     */
    private void forgetUnused(ColumnTable table, TableView view) {
        var used = new HashSet<Long>();
        table.forEachPlace((chunk, place) -> used.add(place.segment()));
        for (int chunk = 0; chunk < view.chunks(); chunk++) {
            ChunkPlace place = view.place(chunk);
            if (place != null) {
                used.add(place.segment());
            }
        }
        segments.keySet().retainAll(used);
    }

    /** The offset up to which a restart finds rows here, {@link #UNKNOWN_OFFSET} for none. */
    public long offset() {
        return manifest.offset();
    }

    /** Whether what was found was written so long ago that there may be something newer elsewhere. */
    public boolean isOld() {
        return setup.settings().isOld(SegmentWriter.manifest(setup.folder()));
    }

    /** Deletes what is on disk, because the store begins with something else. */
    public void startAnew() {
        manifest = new Manifest(schemaChecksum, UNKNOWN_OFFSET, List.of(), List.of(), new byte[0]);
        capturedOffset = UNKNOWN_OFFSET;
        try {
            wipe();
        } catch (IOException e) {
            throw new ProcessorStateException("store " + setup.store() + " cannot delete " + setup.folder(), e);
        }
    }

    /**
     * Whether state committed up to {@code offset} should be captured now.
     *
     * @param rows how many rows the store has seen: offsets of rows that come many in a record leave large gaps
     */
    public boolean isDue(long offset, long rows, ColumnTable table) {
        seenRows = rows;
        if (capturedRows == UNKNOWN_OFFSET) {
            capturedRows = rows;
        }
        if (forgotten || running != null || offset < 0 || offset <= capturedOffset) {
            return false;
        }
        var settings = setup.settings();
        return rows - capturedRows >= settings.segmentRows()
                || settings.clock().instant().isAfter(capturedAt.plus(settings.interval()))
                || hasToMakeRoom(table);
    }

    private boolean hasToMakeRoom(ColumnTable table) {
        return switch (setup.limits().pressure()) {
            case NONE -> false;
            // After a failure it tries again when the interval has passed, or when it must.
            case HALF -> failure == null && table.fullInMemory(setup.appendOnly()) >= CHUNKS_WORTH_A_SEGMENT;
            case FULL -> table.fullInMemory(true) > 0;
        };
    }

    /**
     * Begins to write committed state in the background.
     *
     * @param view its rows; released by this
     * @param offset its last changelog offset
     * @param state what the owner knows beside the rows
     */
    public void capture(ColumnTable table, TableView view, long offset, Supplier<byte[]> state) {
        forgetUnused(table, view);
        SegmentWork work = work(view, offset, state.get());
        table.markCapture();
        var task = new FutureTask<>(work);
        running = new Running(
                work,
                task,
                Thread.ofPlatform()
                        .daemon()
                        .name("polaroid-segments-" + setup.store())
                        .start(task));
    }

    private SegmentWork work(TableView view, long offset, byte[] state) {
        capturedOffset = offset;
        capturedRows = seenRows;
        capturedAt = setup.settings().clock().instant();
        long number = nextNumber;
        nextNumber += 2;
        try {
            Files.createDirectories(setup.folder());
        } catch (IOException e) {
            failure = e;
        }
        List<DiskFile> known = segments.values().stream().flatMap(List::stream).toList();
        Map<Long, Integer> batches = known.stream()
                .filter(file -> file.kind() == DiskFile.Kind.SEGMENT)
                .collect(Collectors.toMap(
                        DiskFile::number, file -> file.batchRows().size()));
        var plan = SegmentPlan.of(
                view,
                batches,
                setup.appendOnly(),
                setup.settings().segmentChunks(),
                setup.limits().pressure());
        return new SegmentWork(
                new SegmentWork.Target(
                        setup.folder(), setup.schema(), schemaChecksum, writer, setup.indexer(), number, known),
                new SegmentWork.Capture(view, offset, state),
                plan);
    }

    /** Gives what has been written since, if anything has; the caller takes it over and then calls {@link #adopted}. */
    public Optional<Sealed> written() {
        Running now = running;
        if (now == null || !now.task().isDone()) {
            return Optional.empty();
        }
        return finish(now);
    }

    /** Waits for what is being written. */
    public Optional<Sealed> awaitWritten() {
        Running now = running;
        return now == null ? Optional.empty() : finish(now);
    }

    private Optional<Sealed> finish(Running now) {
        running = null;
        try {
            SegmentWork.Done done = get(now.task());
            failure = null;
            manifest = done.manifest();
            remember(manifest.files().stream()
                    .filter(file -> done.segment().equals(Optional.of(file.number())))
                    .toList());
            tidy();
            if (done.segment().isPresent()) {
                return Optional.of(new Sealed(
                        now.work().view(), done.sealed(), done.segment().get(), done.index()));
            }
        } catch (IOException e) {
            failure = e;
            LOG.atError()
                    .addKeyValue("store", setup.store())
                    .addKeyValue("folder", setup.folder())
                    .addKeyValue("validOffset", manifest.offset())
                    .log("cannot write state to disk; what is there stays valid: {}", e.toString());
            tidyAfterFailure();
        }
        now.work().view().release();
        return Optional.empty();
    }

    private static SegmentWork.Done get(FutureTask<SegmentWork.Done> task) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the use of what {@link #written} gave. */
    public void adopted(Sealed sealed) {
        sealed.view().release();
    }

    /** Whether the memory is used up, so that the store should wait for what is being written. */
    public boolean mustMakeRoom(ColumnTable table) {
        return setup.limits().pressure() == Pressure.FULL && table.fullInMemory(true) > 0;
    }

    /**
     * Does nothing unless the memory is used up and the last attempt to write has failed.
     *
     * @throws ProcessorStateException if there is no room to be had, because the disk is full or cannot be written
     */
    public void refuseIfNoRoom(ColumnTable table) {
        IOException reason = failure;
        if (reason != null && running == null && mustMakeRoom(table)) {
            throw new ProcessorStateException(
                    "store " + setup.store() + " has used up its memory (" + StoreLimits.MEMORY_BYTES
                            + ") and cannot write to " + setup.folder() + ": " + reason.getMessage()
                            + "; free disk space or raise a limit",
                    reason);
        }
    }

    /** Writes committed state before the store closes, if the disk has an older one; a failure leaves the older. */
    public void writeLast(TableView view, long offset, Supplier<byte[]> state) {
        if (forgotten || offset < 0 || offset <= manifest.offset()) {
            view.release();
            return;
        }
        SegmentWork work = work(view, offset, state.get());
        try {
            manifest = work.call().manifest();
            tidy();
        } catch (IOException | CorruptStateException e) {
            LOG.atError()
                    .addKeyValue("store", setup.store())
                    .addKeyValue("folder", setup.folder())
                    .log("cannot write state at close, the next start restores more from the topic: {}", e.toString());
            tidyAfterFailure();
        } finally {
            view.release();
        }
    }

    /** Deletes all that is on disk: it is not to be trusted. What is in memory is not written any more. */
    public void forget() {
        awaitWritten().ifPresent(this::adopted);
        forgotten = true;
        startAnew();
    }

    /** The manifest may have been replaced before the failure, so the one on disk decides what may go. */
    private void tidyAfterFailure() {
        try {
            Path file = SegmentWriter.manifest(setup.folder());
            if (Files.exists(file)) {
                manifest = Manifest.of(Files.readAllBytes(file));
            }
            tidy();
        } catch (IOException | CorruptStateException e) {
            LOG.atWarn().addKeyValue("store", setup.store()).log("cannot tidy up after the failure: {}", e.toString());
        }
    }

    private void wipe() throws IOException {
        segments.clear();
        delete(SegmentWriter.manifest(setup.folder()));
        tidy();
    }

    /** Deletes the files that nothing refers to. */
    private void tidy() throws IOException {
        var named = manifest.files().stream().map(DiskFile::name).collect(Collectors.toSet());
        segments.values().forEach(files -> files.forEach(file -> named.add(file.name())));
        named.add(SegmentWriter.manifest(setup.folder()).getFileName().toString());
        for (Path file : files()) {
            if (!named.contains(file.getFileName().toString())) {
                delete(file);
            }
        }
    }

    private void delete(Path file) throws IOException {
        long bytes = Files.exists(file) ? Files.size(file) : 0;
        if (Files.deleteIfExists(file)) {
            setup.limits().giveDiskBack(bytes);
        }
    }

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(setup.folder())) {
            return List.of();
        }
        try (var files = Files.list(setup.folder())) {
            return files.toList();
        }
    }

    /** Waits for the writer; the files stay. */
    @Override
    public void close() {
        awaitWritten().ifPresent(this::adopted);
        try {
            setup.limits().giveDiskBack(bytesOnDisk());
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("store", setup.store()).log("cannot tell the size of its files: {}", e.toString());
        }
    }
}

package io.polaroid.store.segment;

import io.polaroid.store.column.ChunkPlace;
import io.polaroid.store.column.MappedBatch;
import io.polaroid.store.column.TableView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes one capture: a segment if there is one to write, the tail, and the manifest that makes them count. */
final class SegmentWork implements Callable<SegmentWork.Done> {
    private final Target target;
    private final Capture capture;
    private final SegmentPlan plan;

    /** Where and how to write. */
    record Target(
            java.nio.file.Path folder,
            Schema schema,
            int schemaChecksum,
            SegmentWriter writer,
            SegmentIndexer indexer,
            long firstNumber,
            List<DiskFile> known) {}

    /** What to write. */
    record Capture(TableView view, long offset, byte[] state) {}

    /**
     * What was written.
     *
     * @param sealed batches of the new segment, by chunk of the view
     * @param segment the new segment's number, if there is one
     * @param index its index, mapped
     */
    record Done(
            Manifest manifest, Map<Integer, MappedBatch> sealed, Optional<Long> segment, Optional<ByteBuffer> index) {}

    SegmentWork(Target target, Capture capture, SegmentPlan plan) {
        this.target = target;
        this.capture = capture;
        this.plan = plan;
    }

    TableView view() {
        return capture.view();
    }

    @Override
    public Done call() throws IOException, CorruptStateException {
        var files = new HashMap<String, DiskFile>();
        Map<Integer, MappedBatch> sealed = Map.of();
        Optional<ByteBuffer> index = Optional.empty();
        long number = target.firstNumber();
        long segmentNumber = number;
        var places = new HashMap<Integer, ChunkPlace>();
        if (!plan.sealed().isEmpty()) {
            DiskFile segment = add(files, number++, DiskFile.Kind.SEGMENT, plan.sealed(), places);
            ByteBuffer mapped = SegmentReader.map(target.folder().resolve(segment.name()));
            sealed = batches(SegmentReader.batches(mapped, segment, target.schema()));
            index = index(segment, files);
        }
        if (!plan.tail().isEmpty()) {
            add(files, number, DiskFile.Kind.TAIL, plan.tail(), places);
        }
        var chunks = new ArrayList<ChunkPlace>();
        for (int chunk = 0; chunk < view().chunks(); chunk++) {
            ChunkPlace old = view().place(chunk);
            ChunkPlace written = places.get(chunk);
            chunks.add(written != null ? written : java.util.Objects.requireNonNull(old));
        }
        var numbers = chunks.stream().map(ChunkPlace::segment).collect(Collectors.toSet());
        target.known().stream()
                .filter(file -> numbers.contains(file.number()))
                .forEach(file -> files.put(file.name(), file));
        var manifest = new Manifest(
                target.schemaChecksum(), capture.offset(), List.copyOf(files.values()), chunks, capture.state());
        target.writer().replace(manifest);
        boolean hasSegment = !plan.sealed().isEmpty();
        return new Done(manifest, sealed, hasSegment ? Optional.of(segmentNumber) : Optional.empty(), index);
    }

    private DiskFile add(
            Map<String, DiskFile> files,
            long number,
            DiskFile.Kind kind,
            List<Integer> chunks,
            Map<Integer, ChunkPlace> places)
            throws IOException {
        DiskFile file = target.writer().rows(kind, number, view(), chunks);
        files.put(file.name(), file);
        for (int batch = 0; batch < chunks.size(); batch++) {
            places.put(chunks.get(batch), new ChunkPlace(number, batch));
        }
        return file;
    }

    private Map<Integer, MappedBatch> batches(List<MappedBatch> batches) {
        var byChunk = new HashMap<Integer, MappedBatch>();
        for (int i = 0; i < batches.size(); i++) {
            byChunk.put(plan.sealed().get(i), batches.get(i));
        }
        return byChunk;
    }

    private Optional<ByteBuffer> index(DiskFile segment, Map<String, DiskFile> files) throws IOException {
        Optional<ByteBuffer> content = target.indexer().index(view(), plan.sealed());
        if (content.isEmpty()) {
            return Optional.empty();
        }
        DiskFile file = target.writer().index(segment, content.get());
        files.put(file.name(), file);
        return Optional.of(SegmentReader.map(target.folder().resolve(file.name())));
    }
}

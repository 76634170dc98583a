package io.polaroid.store.segment;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.TableView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/** Writes files of a store; each survives a loss of power once its method has returned. */
final class SegmentWriter {
    private static final String MANIFEST = "manifest";
    private static final String MANIFEST_DRAFT = "manifest.draft";

    private final Path folder;
    private final int timeColumn;
    private final StoreLimits limits;
    private final BufferAllocator allocator;

    SegmentWriter(Path folder, int timeColumn, StoreLimits limits, BufferAllocator allocator) {
        this.folder = folder;
        this.timeColumn = timeColumn;
        this.limits = limits;
        this.allocator = allocator;
    }

    static Path manifest(Path folder) {
        return folder.resolve(MANIFEST);
    }

    /** Something that writes to a channel. */
    private interface Content {
        void write(SummedChannel channel) throws IOException;
    }

    private record Written(int checksum, long bytes) {}

    private Written write(Path path, Content content) throws IOException {
        var channel = new SummedChannel(
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE),
                limits);
        try (channel) {
            content.write(channel);
            channel.force();
            return new Written(channel.checksum(), channel.bytes());
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            limits.giveDiskBack(channel.bytes());
            throw e;
        }
    }

    /** Writes chunks of a view as an Arrow file, one record batch each. */
    DiskFile rows(DiskFile.Kind kind, long number, TableView view, List<Integer> chunks) throws IOException {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        var batchRows = new ArrayList<Integer>();
        for (int chunk : chunks) {
            int first = chunk * ColumnTable.CHUNK_ROWS;
            for (int row = first; row < first + view.rows(chunk); row++) {
                min = Math.min(min, view.longAt(row, timeColumn));
                max = Math.max(max, view.longAt(row, timeColumn));
            }
            batchRows.add(view.rows(chunk));
        }
        Written written = write(folder.resolve(kind.fileName(number)), channel -> writeBatches(channel, view, chunks));
        return new DiskFile(kind, number, written.checksum(), written.bytes(), batchRows, min, max);
    }

    private void writeBatches(SummedChannel channel, TableView view, List<Integer> chunks) throws IOException {
        try (var root = VectorSchemaRoot.create(view.schema(), allocator);
                // The caller closes the channel, after it has forced it.
                var writer = new ArrowFileWriter(root, null, new Unclosed(channel))) {
            var loader = new VectorLoader(root);
            writer.start();
            for (int chunk : chunks) {
                try (var copy = view.copyChunk(chunk, allocator);
                        var batch = new VectorUnloader(copy).getRecordBatch()) {
                    loader.load(batch);
                }
                writer.writeBatch();
            }
            writer.end();
        }
    }

    private record Unclosed(SummedChannel channel) implements java.nio.channels.WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            return channel.write(source);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {}
    }

    /** Writes an index that goes with segment {@code segment}. */
    DiskFile index(DiskFile segment, ByteBuffer content) throws IOException {
        var kind = DiskFile.Kind.INDEX;
        Written written =
                write(folder.resolve(kind.fileName(segment.number())), channel -> channel.write(content.duplicate()));
        return new DiskFile(
                kind,
                segment.number(),
                written.checksum(),
                written.bytes(),
                List.of(),
                segment.minTime(),
                segment.maxTime());
    }

    /** Makes a manifest the one that counts. */
    void replace(Manifest manifest) throws IOException {
        Path draft = folder.resolve(MANIFEST_DRAFT);
        write(draft, channel -> channel.write(ByteBuffer.wrap(manifest.toBytes())));
        // The files it names must be in the folder before it is.
        forceFolder();
        Path target = manifest(folder);
        long before = Files.exists(target) ? Files.size(target) : 0;
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        limits.giveDiskBack(before);
        forceFolder();
    }

    private void forceFolder() throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

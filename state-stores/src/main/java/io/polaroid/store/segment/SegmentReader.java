package io.polaroid.store.segment;

import io.polaroid.store.column.ChunkPlace;
import io.polaroid.store.column.MappedBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** Maps files of a store and finds the record batches in Arrow files without copying them. */
final class SegmentReader {
    /** At the end of an Arrow file: length of the footer and the magic ARROW1. */
    private static final int TRAILER_BYTES = 10;

    private static final int CONTINUATION = -1;

    private SegmentReader() {}

    /** Maps a whole file. */
    static ByteBuffer map(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Maps a file after checking that it is there, whole, and what was written. */
    static ByteBuffer verified(Path folder, DiskFile file) throws CorruptStateException, IOException {
        ByteBuffer bytes;
        try {
            bytes = map(folder.resolve(file.name()));
        } catch (NoSuchFileException e) {
            throw new CorruptStateException(file.name() + " is missing", e);
        }
        if (bytes.capacity() != file.bytes()) {
            throw new CorruptStateException(
                    file.name() + " has " + bytes.capacity() + " bytes; " + file.bytes() + " were written");
        }
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        if ((int) crc.getValue() != file.checksum()) {
            throw new CorruptStateException(file.name() + " has a wrong checksum");
        }
        return bytes;
    }

    /** The record batches of an Arrow file. */
    static List<MappedBatch> batches(ByteBuffer bytes, DiskFile file, Schema schema) throws CorruptStateException {
        var batches = new ArrayList<MappedBatch>();
        try {
            int footerAt = bytes.capacity() - TRAILER_BYTES - bytes.getInt(bytes.capacity() - TRAILER_BYTES);
            Footer footer = Footer.getRootAsFooter(slice(bytes, footerAt, bytes.capacity() - TRAILER_BYTES - footerAt));
            for (int i = 0; i < footer.recordBatchesLength(); i++) {
                batches.add(batch(bytes, footer.recordBatches(i), new ChunkPlace(file.number(), i), schema));
            }
        } catch (IndexOutOfBoundsException | ClassCastException e) {
            throw new CorruptStateException(file.name() + " is not an Arrow file of the store's columns", e);
        }
        if (!batches.stream().map(MappedBatch::rows).toList().equals(file.batchRows())) {
            throw new CorruptStateException(file.name() + " has other batches than the manifest says");
        }
        return batches;
    }

    private static MappedBatch batch(ByteBuffer bytes, Block block, ChunkPlace place, Schema schema) {
        int at = (int) block.offset();
        int prefix = bytes.getInt(at) == CONTINUATION ? 8 : 4;
        var message = Message.getRootAsMessage(slice(bytes, at + prefix, block.metaDataLength() - prefix));
        var batch = (RecordBatch) message.header(new RecordBatch());
        int body = at + block.metaDataLength();
        int expected = MappedBatch.buffers(schema.getFields());
        if (batch.buffersLength() != expected) {
            throw new IndexOutOfBoundsException(batch.buffersLength() + " buffers, not " + expected);
        }
        var buffers = new int[expected];
        for (int i = 0; i < expected; i++) {
            Buffer buffer = batch.buffers(i);
            Objects.checkFromIndexSize(body + buffer.offset(), buffer.length(), (long) bytes.capacity());
            buffers[i] = buffer.length() == 0 ? -1 : body + (int) buffer.offset();
        }
        return new MappedBatch(place, (int) batch.length(), schema.getFields(), bytes, buffers);
    }

    private static ByteBuffer slice(ByteBuffer bytes, int at, int length) {
        return bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

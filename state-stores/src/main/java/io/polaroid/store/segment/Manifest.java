package io.polaroid.store.segment;

import io.polaroid.store.column.ChunkPlace;
import io.polaroid.store.segment.DiskFile.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a store holds on disk as of one committed offset.
 *
 * @param schemaChecksum CRC-32C of the schema's JSON
 * @param offset the last offset of the changelog (of a row tier: of the stream) that is in it
 * @param files its files
 * @param chunks where the table's chunks lie, in their order
 * @param state what the store's owner knows beside the rows
 */
public record Manifest(int schemaChecksum, long offset, List<DiskFile> files, List<ChunkPlace> chunks, byte[] state) {
    private static final long MAGIC = 0x504c52444d414e31L; // PLRDMAN1
    private static final int VERSION = 2;

    /** Indexes were without filters; they are read, but who knows this version only must not read those of today. */
    private static final int FIRST_VERSION = 1;

    public Manifest {
        files = List.copyOf(files);
        chunks = List.copyOf(chunks);
    }

    /** The greatest number of its files, 0 for none. */
    public long lastNumber() {
        return files.stream().mapToLong(DiskFile::number).max().orElse(0);
    }

    /** Magic number, version, content, and a checksum of all that. */
    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(schemaChecksum);
            out.writeLong(offset);
            out.writeInt(files.size());
            for (DiskFile file : files) {
                write(out, file);
            }
            out.writeInt(chunks.size());
            for (ChunkPlace chunk : chunks) {
                out.writeLong(chunk.segment());
                out.writeInt(chunk.batch());
            }
            out.writeInt(state.length);
            out.write(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var crc = new CRC32C();
        crc.update(bytes.toByteArray());
        bytes.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, DiskFile file) throws IOException {
        out.writeByte(file.kind().ordinal());
        out.writeLong(file.number());
        out.writeInt(file.checksum());
        out.writeLong(file.bytes());
        out.writeLong(file.minTime());
        out.writeLong(file.maxTime());
        out.writeInt(file.batchRows().size());
        for (int rows : file.batchRows()) {
            out.writeInt(rows);
        }
    }

    /** Reads what {@link #toBytes} wrote. */
    static Manifest of(byte[] bytes) throws CorruptStateException {
        int body = bytes.length - Integer.BYTES;
        if (body < 0) {
            throw new CorruptStateException("the manifest has " + bytes.length + " bytes only");
        }
        var crc = new CRC32C();
        crc.update(bytes, 0, body);
        if ((int) crc.getValue() != ByteBuffer.wrap(bytes).getInt(body)) {
            throw new CorruptStateException("the manifest's checksum is wrong");
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 0, body))) {
            if (in.readLong() != MAGIC) {
                throw new CorruptStateException("the manifest is not one");
            }
            int version = in.readInt();
            if (version != VERSION && version != FIRST_VERSION) {
                throw new CorruptStateException("the manifest is of version " + version + "; known is " + VERSION);
            }
            int schemaChecksum = in.readInt();
            long offset = in.readLong();
            var files = new ArrayList<DiskFile>();
            for (int left = in.readInt(); left > 0; left--) {
                files.add(readFile(in));
            }
            var chunks = new ArrayList<ChunkPlace>();
            for (int left = in.readInt(); left > 0; left--) {
                chunks.add(new ChunkPlace(in.readLong(), in.readInt()));
            }
            return new Manifest(schemaChecksum, offset, files, chunks, in.readNBytes(in.readInt()));
        } catch (IOException e) {
            throw new CorruptStateException("the manifest ends too early", e);
        }
    }

    private static DiskFile readFile(DataInputStream in) throws IOException {
        var kind = Kind.values()[in.readByte()];
        long number = in.readLong();
        int checksum = in.readInt();
        long bytes = in.readLong();
        long minTime = in.readLong();
        long maxTime = in.readLong();
        var rows = new ArrayList<Integer>();
        for (int left = in.readInt(); left > 0; left--) {
            rows.add(in.readInt());
        }
        return new DiskFile(kind, number, checksum, bytes, rows, minTime, maxTime);
    }
}

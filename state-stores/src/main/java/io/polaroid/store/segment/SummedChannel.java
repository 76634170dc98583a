package io.polaroid.store.segment;

import io.polaroid.store.StoreLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/** Writes a file from front to back, with its checksum and within the disk limit. */
final class SummedChannel implements WritableByteChannel {
    private final FileChannel file;
    private final StoreLimits limits;
    private final CRC32C crc = new CRC32C();
    private long bytes;

    SummedChannel(FileChannel file, StoreLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int length = source.remaining();
        limits.takeDisk(length);
        bytes += length;
        crc.update(source.duplicate());
        while (source.hasRemaining()) {
            file.write(source);
        }
        return length;
    }

    int checksum() {
        return (int) crc.getValue();
    }

    long bytes() {
        return bytes;
    }

    /** Makes what was written survive a loss of power. */
    void force() throws IOException {
        file.force(true);
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

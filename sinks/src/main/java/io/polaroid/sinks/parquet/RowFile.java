package io.polaroid.sinks.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * One Parquet file that is being written under its temporary name. At most {@link #ROW_GROUP_BYTES} of encoded rows (and the
 * page that is being filled) are in memory. <b>Owns</b> its stream until {@link #finish} or {@link #abandon}.
 */
final class RowFile {
    /** Encoded bytes of a row group; the bound of what a file keeps in memory. */
    static final long ROW_GROUP_BYTES = 16L << 20;

    private final Path temporary;
    private final OutputStream stream;
    private final ParquetWriter<GenericRecord> writer;
    private long rows;
    private long firstOffset;
    private long lastOffset;
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis = Long.MIN_VALUE;

    private RowFile(Path temporary, OutputStream stream, ParquetWriter<GenericRecord> writer) {
        this.temporary = temporary;
        this.stream = stream;
        this.writer = writer;
    }

    static RowFile create(LakeFiles files, Path temporary, Schema schema) throws IOException {
        OutputStream stream = files.create(temporary);
        ParquetWriter<GenericRecord> writer = RowWriters.open(new Output(stream), schema, ROW_GROUP_BYTES);
        return new RowFile(temporary, stream, writer);
    }

    void write(Decoded.Row row, long offset) throws IOException {
        writer.write(row.cells());
        if (rows == 0) {
            firstOffset = offset;
        }
        rows++;
        lastOffset = offset;
        minMillis = Math.min(minMillis, row.millis());
        maxMillis = Math.max(maxMillis, row.millis());
    }

    /** Writes the footer and closes. The file still has its temporary name. */
    void finish() throws IOException {
        writer.close();
    }

    /** Closes without a footer; what is on the disk is no Parquet file and can be deleted. */
    void abandon() throws IOException {
        stream.close();
    }

    Path temporary() {
        return temporary;
    }

    long rows() {
        return rows;
    }

    long firstOffset() {
        return firstOffset;
    }

    long lastOffset() {
        return lastOffset;
    }

    long minMillis() {
        return minMillis;
    }

    long maxMillis() {
        return maxMillis;
    }

    /** A stream as Parquet wants to see it. */
    private record Output(OutputStream stream) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSize) {
            return new Counting(stream);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSize) {
            return create(blockSize);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }

    /** Counts what went through. */
    private static final class Counting extends PositionOutputStream {
        private final OutputStream out;
        private long position;

        Counting(OutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            position++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}

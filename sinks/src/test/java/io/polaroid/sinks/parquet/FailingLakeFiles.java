package io.polaroid.sinks.parquet;

import io.polaroid.schemas.lake.Manifest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Real files until a given step, and from then on nothing works, as if the process had been killed there: {@code before}
 * the step or just after it. A step is anything that changes the disk; for a write, what came before it in the buffer of the
 * stream may be lost.
 */
final class FailingLakeFiles implements LakeFiles {
    private final LakeFiles real = new LocalLakeFiles();
    private final long failAt;
    private final boolean after;
    private long steps;

    FailingLakeFiles(long failAt, boolean after) {
        this.failAt = failAt;
        this.after = after;
    }

    /** Steps that were taken. */
    long steps() {
        return steps;
    }

    @Override
    public OutputStream create(Path file) throws IOException {
        begin();
        OutputStream out = real.create(file);
        end();
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                begin();
                out.write(bytes, from, length);
                end();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public void force(Path file) throws IOException {
        begin();
        real.force(file);
        end();
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        begin();
        real.rename(from, to);
        end();
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        begin();
        real.forceFolder(folder);
        end();
    }

    @Override
    public void delete(Path file) throws IOException {
        begin();
        real.delete(file);
        end();
    }

    @Override
    public List<Path> temporaries(Path table, String prefix) throws IOException {
        return real.temporaries(table, prefix);
    }

    @Override
    public Optional<Manifest> readManifest(Path root, String table, int partition) throws IOException {
        return real.readManifest(root, table, partition);
    }

    @Override
    public void replaceManifest(Path root, Manifest manifest) throws IOException {
        begin();
        real.replaceManifest(root, manifest);
        end();
    }

    private void begin() throws IOException {
        steps++;
        if (steps > failAt || (steps == failAt && !after)) {
            throw new IOException("No space left on device");
        }
    }

    private void end() throws IOException {
        if (steps >= failAt) {
            throw new IOException("No space left on device");
        }
    }
}

package io.polaroid.sinks.parquet;

import io.polaroid.schemas.lake.Manifest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Real files until a given step, and from then on nothing works, as if the process had been killed just before it.
 * A step is anything that changes the disk; the writes to a file are one.
 */
final class FailingLakeFiles implements LakeFiles {
    private final LakeFiles real = new UnsyncedLakeFiles();
    private final long failAt;
    private long steps;

    FailingLakeFiles(long failAt) {
        this.failAt = failAt;
    }

    /** Steps that were taken. */
    long steps() {
        return steps;
    }

    @Override
    public OutputStream create(Path file) throws IOException {
        step();
        OutputStream out = real.create(file);
        return new FilterOutputStream(out) {
            private boolean begun;

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (!begun) {
                    step();
                    begun = true;
                }
                out.write(bytes, from, length);
            }
        };
    }

    @Override
    public void force(Path file) throws IOException {
        step();
        real.force(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        real.rename(from, to);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        step();
        real.forceFolder(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
        step();
        real.delete(file);
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
        step();
        real.replaceManifest(root, manifest);
    }

    private void step() throws IOException {
        steps++;
        if (steps >= failAt) {
            throw new IOException("No space left on device");
        }
    }
}

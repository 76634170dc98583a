package io.polaroid.sinks.parquet;

import java.nio.file.Path;

/** Real files without the wait for the disk, which a killed process does not need: only a killed machine does. */
final class UnsyncedLakeFiles extends LocalLakeFiles {
    @Override
    public void force(Path file) {}

    @Override
    public void forceFolder(Path folder) {}
}

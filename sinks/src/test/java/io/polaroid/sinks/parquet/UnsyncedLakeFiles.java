package io.polaroid.sinks.parquet;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.schemas.lake.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Real files without the wait for the disk, which a killed process does not need: only a killed machine does. */
final class UnsyncedLakeFiles extends LocalLakeFiles {
    @Override
    public void force(Path file) {}

    @Override
    public void forceFolder(Path folder) {}

    @Override
    public void replaceManifest(Path root, Manifest manifest) throws IOException {
        Path file = manifest(root, manifest.table(), manifest.partition());
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "", ".tmp");
        new ObjectMapper().writeValue(temporary.toFile(), manifest);
        rename(temporary, file);
    }
}

package io.polaroid.sinks.parquet;

import io.polaroid.schemas.lake.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the sink needs of a file system. Tests put failures between these steps. */
interface LakeFiles {
    /** Creates a file that was not there, and the folders above it. */
    OutputStream create(Path file) throws IOException;

    /** Puts the content of a closed file on the disk. */
    void force(Path file) throws IOException;

    /** Renames a file in one step; what had the name before is gone. */
    void rename(Path from, Path to) throws IOException;

    /** Puts the names in a folder on the disk. */
    void forceFolder(Path folder) throws IOException;

    /** Deletes a file, if it is there. */
    void delete(Path file) throws IOException;

    /** The temporary files of the table with this name prefix. */
    List<Path> temporaries(Path table, String prefix) throws IOException;

    /** The manifest of a partition, if there is one. */
    Optional<Manifest> readManifest(Path root, String table, int partition) throws IOException;

    /** Replaces the manifest of a partition in one step, on the disk when this returns. */
    void replaceManifest(Path root, Manifest manifest) throws IOException;
}

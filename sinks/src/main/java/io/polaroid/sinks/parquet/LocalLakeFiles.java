package io.polaroid.sinks.parquet;

import io.polaroid.schemas.lake.Manifest;
import io.polaroid.schemas.lake.ManifestFile;
import io.polaroid.timeseries.result.Result;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The file system of this machine (or one mounted that keeps POSIX's promises on rename and fsync). */
class LocalLakeFiles implements LakeFiles {
    private static final int BUFFER = 64 * 1024;

    @Override
    public OutputStream create(Path file) throws IOException {
        createFolder(folderOf(file));
        return new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), BUFFER);
    }

    @Override
    public void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public List<Path> temporaries(Path table, String prefix) throws IOException {
        if (!Files.isDirectory(table)) {
            return List.of();
        }
        var found = new ArrayList<Path>();
        Files.walkFileTree(table, EnumSet.noneOf(FileVisitOption.class), 2, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes kind) {
                if (kind.isRegularFile() && isTemporary(file, prefix)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            /** The tasks of other partitions rename and delete their files in these folders meanwhile. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return List.copyOf(found);
    }

    @Override
    public Optional<Manifest> readManifest(Path root, String table, int partition) throws IOException {
        return switch (ManifestFile.read(manifest(root, table, partition))) {
            case Result.Ok<Optional<Manifest>> ok -> ok.value();
            case Result.Err<Optional<Manifest>> err ->
                throw new IOException(err.problem().toString());
        };
    }

    @Override
    public void replaceManifest(Path root, Manifest manifest) throws IOException {
        Path file = manifest(root, manifest.table(), manifest.partition());
        createFolder(folderOf(file));
        ManifestFile.write(file, manifest);
    }

    /** Where the manifest of a partition is. */
    static Path manifest(Path root, String table, int partition) {
        return root.resolve(table).resolve("_manifest").resolve(partition + ".json");
    }

    /** Each new folder's name is on the disk before anything is put into it. */
    private void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            createFolder(parent);
        }
        try {
            Files.createDirectory(folder);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        if (parent != null) {
            forceFolder(parent);
        }
    }

    private static Path folderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + " is no file in a folder");
        }
        return folder;
    }

    private static boolean isTemporary(Path path, String prefix) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(prefix) && name.endsWith(".tmp");
    }
}

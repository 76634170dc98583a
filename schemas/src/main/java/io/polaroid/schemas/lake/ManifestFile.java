package io.polaroid.schemas.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Optional;

/**
 * A manifest as a file: JSON, replaced whole. A reader sees the old one or the new one, after a crash too.
 *
 * <p>JSON: {@code {"table", "partition", "boundary", "files": [{"path", "firstOffset", "lastOffset", "rows", "minTimeMillis",
 * "maxTimeMillis"}]}}. Readers pass over members that they do not know.
 */
public final class ManifestFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ManifestFile() {}

    /** The manifest, empty if there is no file, {@code CORRUPT_DATA} if it cannot be read or is not one. */
    public static Result<Optional<Manifest>> read(Path file) {
        try {
            return Result.ok(Optional.of(parse(JSON.readTree(Files.readAllBytes(file)))));
        } catch (NoSuchFileException e) {
            return Result.ok(Optional.empty());
        } catch (IOException | IllegalArgumentException e) {
            return Result.err(ProblemCode.CORRUPT_DATA, "manifest " + file + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Puts {@code manifest} in place of what {@code file} held, durably; the folder is created if it is missing. One process
     * writes a manifest at a time.
     *
     * @throws IOException if it could not; the old file then still stands
     */
    public static void write(Path file, Manifest manifest) throws IOException {
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new IOException(file + " is no file name");
        }
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, file.getFileName() + ".", ".tmp");
        try {
            writeSynced(temporary, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(toJson(manifest)));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncFolder(folder);
    }

    private static void writeSynced(Path file, byte[] bytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Without this the rename itself may be lost in a power failure. */
    private static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static JsonNode toJson(Manifest manifest) {
        var json = JSON.createObjectNode()
                .put("table", manifest.table())
                .put("partition", manifest.partition())
                .put("boundary", manifest.boundary());
        var files = json.putArray("files");
        for (Manifest.File file : manifest.files()) {
            files.addObject()
                    .put("path", file.path())
                    .put("firstOffset", file.firstOffset())
                    .put("lastOffset", file.lastOffset())
                    .put("rows", file.rows())
                    .put("minTimeMillis", file.minTimeMillis())
                    .put("maxTimeMillis", file.maxTimeMillis());
        }
        return json;
    }

    private static Manifest parse(JsonNode json) {
        var files = new ArrayList<Manifest.File>();
        for (JsonNode file : member(json, "files")) {
            files.add(new Manifest.File(
                    text(file, "path"),
                    number(file, "firstOffset"),
                    number(file, "lastOffset"),
                    number(file, "rows"),
                    number(file, "minTimeMillis"),
                    number(file, "maxTimeMillis")));
        }
        int partition = Math.toIntExact(Math.min(number(json, "partition"), Integer.MAX_VALUE));
        return new Manifest(text(json, "table"), partition, number(json, "boundary"), files);
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = member(json, name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(name + " is no text: " + value);
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String name) {
        JsonNode value = member(json, name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(name + " is no whole number: " + value);
        }
        return value.longValue();
    }

    private static JsonNode member(JsonNode json, String name) {
        if (!json.has(name)) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return json.get(name);
    }
}

package io.polaroid.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** What can happen to the folder of a store. */
public enum Damage {
    BIT_IN_SEGMENT("segment", ".arrow"),
    BIT_IN_INDEX("segment", ".index"),
    BIT_IN_TAIL("tail", ".arrow"),
    BIT_IN_MANIFEST("manifest", ""),
    SEGMENT_CUT_SHORT("segment", ".arrow"),
    MANIFEST_CUT_SHORT("manifest", ""),
    SEGMENT_MISSING("segment", ".arrow"),
    INDEX_MISSING("segment", ".index"),
    EMPTY_MANIFEST("manifest", "");

    private final String prefix;
    private final String suffix;

    Damage(String prefix, String suffix) {
        this.prefix = prefix;
        this.suffix = suffix;
    }

    /** Whether a folder has a file of this kind. */
    public boolean isPossible(Path files) throws IOException {
        return find(files).isPresent();
    }

    private Optional<Path> find(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> {
                        var name = file.getFileName().toString();
                        return name.startsWith(prefix) && name.endsWith(suffix);
                    })
                    .sorted()
                    .findFirst();
        }
    }

    /** Does it to one file of a store's folder. */
    public void on(Path files) throws IOException {
        Path file = find(files).orElseThrow();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            switch (this) {
                case BIT_IN_SEGMENT, BIT_IN_INDEX, BIT_IN_TAIL, BIT_IN_MANIFEST -> {
                    var one = ByteBuffer.allocate(1);
                    long at = channel.size() / 2;
                    channel.read(one, at);
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 4)}), at);
                }
                case SEGMENT_CUT_SHORT, MANIFEST_CUT_SHORT -> channel.truncate(channel.size() - 7);
                case EMPTY_MANIFEST -> channel.truncate(0);
                case SEGMENT_MISSING, INDEX_MISSING -> Files.delete(file);
            }
        }
    }
}

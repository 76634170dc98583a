package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LocalLakeFilesTest {
    private static final int LOOKS = 2_000;

    @TempDir
    Path table;

    private final LocalLakeFiles files = new LocalLakeFiles();

    @Test
    void aTableWithoutAFolderHasNoTemporaries() throws IOException {
        assertThat(files.temporaries(table.resolve("none"), ".p0-")).isEmpty();
    }

    @Test
    void findsTheTemporariesOfOnePartitionOnly() throws IOException {
        Path mine = Files.createFile(
                Files.createDirectory(table.resolve("date=2024-08-08")).resolve(".p0-7.tmp"));
        Files.createFile(mine.resolveSibling(".p1-7.tmp"));
        Files.createFile(mine.resolveSibling(".p0-7.parquet"));
        assertThat(files.temporaries(table, ".p0-")).containsExactly(mine);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void anotherTasksFilesMayVanishMeanwhile() throws Exception {
        // Given the task of another partition, which makes and renames files all the time
        Path mine = Files.createFile(table.resolve(".p0-7.tmp"));
        var done = new AtomicBoolean();
        var begun = new CountDownLatch(1);
        try (var other = Executors.newSingleThreadExecutor()) {
            var writing = other.submit(() -> {
                while (!done.get()) {
                    Path draft = Files.createFile(table.resolve(".p1-8.tmp"));
                    files.rename(draft, table.resolve("p1-8.parquet"));
                    begun.countDown();
                }
                return null;
            });
            // When this partition looks for what its last life left
            begun.await();
            try {
                for (int look = 0; look < LOOKS; look++) {
                    assertThat(files.temporaries(table, ".p0-")).containsExactly(mine);
                }
            } finally {
                done.set(true);
            }
            assertThat(writing.get()).isNull();
        }
    }
}

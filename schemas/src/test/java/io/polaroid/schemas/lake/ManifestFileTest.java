package io.polaroid.schemas.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestFileTest {
    private static final Manifest MANIFEST = new Manifest(
            "bars_1m",
            3,
            41,
            List.of(new Manifest.File("date=2024-01-01/bars_1m-3-0-41.parquet", 0, 41, 40, -1, Long.MAX_VALUE)));

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWroteAndReplacesIt() throws Exception {
        Path file = folder.resolve("_manifest/3.json");
        ManifestFile.write(file, new Manifest("bars_1m", 3, -1, List.of()));

        ManifestFile.write(file, MANIFEST);

        assertThat(ManifestFile.read(file)).isEqualTo(Result.ok(Optional.of(MANIFEST)));
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aMissingFileIsNoManifest() {
        assertThat(ManifestFile.read(folder.resolve("none/0.json"))).isEqualTo(Result.ok(Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"table\":\"t\",\"partition\":0,\"boundary\":1}",
                "{\"table\":\"t\",\"partition\":0,\"boundary\":\"1\",\"files\":[]}",
                "{\"table\":\"t\",\"partition\":0,\"boundary\":1,\"files\":[{\"path\":\"p\"}]}"
            })
    void otherContentIsCorrupt(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("0.json"), content);

        assertThat(ManifestFile.read(file)).isInstanceOfSatisfying(Result.Err.class, err -> {
            assertThat(err.problem().code()).isEqualTo(ProblemCode.CORRUPT_DATA);
            assertThat(err.problem().detail()).contains(file.toString());
        });
    }
}

package io.polaroid.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.result.FullDiskResults;
import io.polaroid.store.row.FullDiskRows;
import io.polaroid.testsupport.FullDisk;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both tiers on a disk that is really full: they say so, what they have committed stays right, and with room they go on. */
class FullDiskTest {
    private static final long FREE = 1_500_000;

    @TempDir
    static Path folder;

    static Stream<Arguments> cases() {
        return FullDisk.in(folder, FREE).stream()
                .flatMap(disk ->
                        Stream.of(FullDiskRows.class, FullDiskResults.class).map(tier -> Arguments.of(tier, disk)));
    }

    @ParameterizedTest(name = "{0} on a {1}")
    @MethodSource("cases")
    void saysSoAndGoesOnWithRoom(Class<?> tier, FullDisk disk) throws Exception {
        var command = new ArrayList<>(disk.before());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                tier.getName(),
                folder.toString()));
        command.addAll(disk.room());
        // When
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Then
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("all is right")
                .containsPattern("refused after \\d+: store \\S+ has used up its memory .* and cannot write to "
                        + ".*(No space left on device|File too large); free disk space or raise a limit");
    }
}

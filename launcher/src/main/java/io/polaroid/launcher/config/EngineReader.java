package io.polaroid.launcher.config;

import io.polaroid.topology.app.ClusterSettings;
import io.polaroid.topology.app.StateSettings;
import io.polaroid.topology.frame.FrameSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code standbys}, {@code protocol}, {@code state} and {@code frames}. */
final class EngineReader {
    private static final int MOST_STANDBYS = 16;
    private static final int MOST_FRAME_ROWS = 65_536;
    private static final long MOST_SEGMENT_ROWS = 1_000_000_000;
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Mistakes mistakes;

    EngineReader(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    EngineSpec read(Fields root) {
        int standbys = root.number("standbys", 0, MOST_STANDBYS).orElse(0L).intValue();
        var protocol = root.word("protocol", List.of("classic", "streams"))
                .map(word -> ClusterSettings.Protocol.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(ClusterSettings.Protocol.CLASSIC);
        return new EngineSpec(
                new ClusterSettings(standbys, protocol),
                section(root, "state").map(EngineReader::state).orElseGet(StateSettings::standard),
                section(root, "frames").map(EngineReader::frames).orElseGet(FrameSettings::standard));
    }

    private Optional<Fields> section(Fields root, String key) {
        return root.node(key).flatMap(node -> Fields.of(node, mistakes));
    }

    private static StateSettings state(Fields state) {
        var usual = StateSettings.standard();
        long memory = state.bytes("memory", StateSettings.LEAST_MEMORY_BYTES).orElse(usual.memoryBytes());
        var disk = state.bytes("disk", 1);
        var every = state.between("every", SHORTEST, LONGEST).orElse(usual.interval());
        long rows = state.number("rows", 1, MOST_SEGMENT_ROWS).orElse(usual.segmentRows());
        state.noOthers();
        return new StateSettings(memory, disk.map(OptionalLong::of).orElseGet(OptionalLong::empty), every, rows);
    }

    private static FrameSettings frames(Fields frames) {
        var settings = frames.number("rows", 1, MOST_FRAME_ROWS)
                .map(rows -> FrameSettings.ofRows(rows.intValue()))
                .orElseGet(FrameSettings::standard);
        frames.noOthers();
        return settings;
    }
}

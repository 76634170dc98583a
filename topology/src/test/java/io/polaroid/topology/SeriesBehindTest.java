package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row that was late by its own series stays so, however far the frame goes on that a later row of the series comes with. */
class SeriesBehindTest {
    private static final long MINUTE = 60_000_000L;
    private static final long BASE = ViewOracle.start(1_723_161_256_000_000L, 86_400_000_000L);

    @TempDir
    Path folder;

    private static Pipeline pipeline() {
        var policy = new ViewSpec.Policy(
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofHours(24),
                ViewSpec.Emit.COMMIT,
                ViewSpec.Late.CORRECT,
                new ViewSpec.Lateness.OfSeries(Duration.ofMinutes(50)));
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        var count = new LinkedHashMap<>(Map.of("n", "count(*)"));
        return Pipeline.of(
                "market",
                market.guarantee(),
                1,
                List.copyOf(market.streams().values()),
                List.of(new ViewSpec.Rolling("counts", "trades", Duration.ofMinutes(10), count, policy)));
    }

    /** Rows of trades are kept for an hour. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void aRowThatWasLateIsInNoLaterWindow(int frame) {
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline(), folder, allocator, () -> frame, () -> false)) {
            trade(stage, "A", 45);
            for (int minute = 23; minute <= 30; minute++) {
                trade(stage, "B", minute);
            }
            trade(stage, "B", 25);
            stage.endFrames();
            trade(stage, "B", 31);
            trade(stage, "A", 100);
            stage.endFrames();

            var counts = new TreeMap<Long, Long>();
            for (var record : stage.published("counts")) {
                if (record.kind() == ViewOracle.Kind.ROW && record.series().equals("B")) {
                    var columns = stage.columns("counts");
                    counts.put((record.ts() - BASE) / MINUTE, record.row().longAt(columns.indexOf("n")));
                }
            }
            assertThat(counts.get(31L)).as("minutes 23 to 31, each once").isEqualTo(9);
            assertThat(stage.late("counts")).hasSize(1);
        }
    }

    private static void trade(Stage stage, String symbol, int minute) {
        stage.trade(symbol, BASE + minute * MINUTE, 10, 1);
    }
}

package io.polaroid.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/pipeline.md are read and become a topology; there is one for every kind of view. */
class PipelineDocsTest {
    private static final Path DOCS = Path.of("..", "docs", "pipeline.md");
    private static final String STREAMS = """
        application: docs
        streams:
          trades: {schema: Trade, key: [symbol], time: ts, id: trade_id}
          quotes: {schema: Quote, key: [symbol], time: ts}
        """;

    @TempDir
    Path folder;

    private static String examples() throws IOException {
        String text = Files.readString(DOCS);
        int from = text.indexOf("```yaml", text.indexOf("### Every kind by example")) + "```yaml\\n".length() - 1;
        return text.substring(from, text.indexOf("```", from));
    }

    @Test
    void everyExampleOfAViewIsOne() throws IOException {
        Path file = Files.writeString(folder.resolve("docs.yaml"), STREAMS + examples());
        var pipeline = PipelineLoader.load(file, Map.of()).toResult().orThrow().pipeline();
        var kinds = new TreeSet<String>();
        for (ViewSpec view : pipeline.views().values()) {
            kinds.add(
                    view instanceof ViewSpec.PerRow perRow
                            ? perRow.function().getClass().getSimpleName()
                            : view.getClass().getSimpleName());
        }
        assertThat(kinds)
                .containsExactly(
                        "Adf",
                        "AsOf",
                        "Ewm",
                        "FillForward",
                        "Johansen",
                        "Lookup",
                        "Resample",
                        "Rolling",
                        "RowWindow",
                        "Select",
                        "Session",
                        "Shift",
                        "Steps",
                        "TimeWindow");
        try (var allocator = new RootAllocator()) {
            var topology = PipelineTopology.of(pipeline, new InMemorySchemaRegistry(), allocator, new Running())
                    .orThrow();
            assertThat(topology.build().describe().subtopologies()).isNotEmpty();
        }
    }

    @Test
    void whatAFirstRowWouldDecideIsRefusedWithTheLine() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), STREAMS + """
            views:
              a: {from: trades, resample: {every: 2w, start_by: friday, agg: {n: "count(*)"}}, retention: 30d}
              b: {from: trades, session: {gap: 1s, longest: 2h, agg: {n: "median(price)"}}}
              c: {from: d, resample: {every: 1m, agg: {x: "sum(n)"}, fill: previous}}
              d: {from: trades, session: {gap: 1s, agg: {n: "count(*)"}}}
              e: {from: trades, ffill: {columns: [symbol]}}
              f: {from: trades, ewm: {agg: {x: "mean(price)"}}}
              g: {from: trades, rolling: {agg: {x: "mean(price)"}}}
              h: {from: trades, resample: {every: 1d, timezone: America/New_Yrok, agg: {n: "count(*)"}}, retention: 9d}
              i: {from: trades, resample: {every: 2h, agg: {n: "median(price)"}}}
              j: {from: trades, asof: {with: d}}
              i2: {from: trades, resample: {every: 1m, agg: {n: "count(price)"}}}
            """);
        assertThat(((Loaded.Wrong) PipelineLoader.load(file, Map.of())).text())
                .contains("bad.yaml:6", "every: 1w")
                .contains("bad.yaml:7", "needs gap and longest 7201s")
                .contains("bad.yaml:8", "leave out fill and status")
                .contains("bad.yaml:10", "rename it")
                .contains("bad.yaml:11", "alpha, com, span, half_life")
                .contains("bad.yaml:12", "period: 60s or rows: 20")
                .contains("bad.yaml:13", "America/New_York")
                .contains("bad.yaml:14", "keeps rows for 1h")
                .contains("bad.yaml:15", "may be taken back");
    }

    @Test
    void theExampleOfACalendarIsOne() throws IOException {
        String text = Files.readString(DOCS.resolveSibling("calendars.md"));
        int from = text.indexOf("```", text.indexOf("## One's own")) + 4;
        Files.writeString(folder.resolve("xtks.calendar"), text.substring(from, text.indexOf("```", from)));
        String view =
                "views:\n  v: {from: trades, resample: {every: 1h, calendar: xtks.calendar, agg: {n: \"count(*)\"}}}\n";
        Path file = Files.writeString(folder.resolve("own.yaml"), STREAMS + view);
        var resample = (ViewSpec.Resample) PipelineLoader.load(file, Map.of())
                .toResult()
                .orThrow()
                .pipeline()
                .views()
                .get("v");
        assertThat(resample.windows().calendar())
                .hasValueSatisfying(calendar -> assertThat(calendar.code()).isEqualTo("XTKS"));
    }

    @Test
    void aCalendarThatCannotBeReadIsNamedWithItsLine() throws IOException {
        Files.writeString(folder.resolve("bad.calendar"), "calendar X\nzone Asia/Tokio\n");
        String view =
                "views:\n  v: {from: trades, resample: {every: 1h, calendar: bad.calendar, agg: {n: \"count(*)\"}}}\n";
        Path file = Files.writeString(folder.resolve("own.yaml"), STREAMS + view);
        assertThat(((Loaded.Wrong) PipelineLoader.load(file, Map.of())).text())
                .contains("views.v.resample.calendar", "bad.calendar", "Asia/Tokio");
    }

    @Test
    void aFilterTakesRowsForAsLongAsTheyAreKept() throws IOException {
        String views = "views:\n  v: {from: trades, filter: {where: \"price > 0\", disorder: 10m}}\n"
                + "  w: {from: trades, filter: {where: \"price > 0\"}, late: side}\n";
        Path file = Files.writeString(folder.resolve("filter.yaml"), STREAMS + views);
        var read = PipelineLoader.load(file, Map.of())
                .toResult()
                .orThrow()
                .pipeline()
                .views();
        assertThat(read.get("v").policy().grace()).isEqualTo(Duration.ofMinutes(50));
        assertThat(read.get("w").policy().corrects()).isZero();
    }
}

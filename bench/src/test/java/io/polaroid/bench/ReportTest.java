package io.polaroid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.polaroid.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables are made of result files, never typed. */
class ReportTest {
    private static final Path ROOT = Path.of("..");

    @TempDir
    Path folder;

    static String[] pages() {
        return Report.pages();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pagesHoldTheTablesOfTheCommittedResults(String name) throws IOException {
        var page = Files.readString(ROOT.resolve(name));
        assertThat(page).contains("<!-- bench:stream");
        assertThat(new Report(ROOT).render(page)).isEqualTo(page);
    }

    @Test
    void rendersResultsBetweenTheMarkersAndLeavesTheRest() throws IOException {
        Files.createDirectories(folder.resolve("bench/results"));
        new ObjectMapper()
                .writeValue(
                        folder.resolve("bench/results/stream.json").toFile(),
                        results(result("resample-1s"), result("asof")));
        var page = "before\n<!-- bench:stream-summary -->\nold\n<!-- /bench:stream-summary -->\nafter\n";

        var rendered = new Report(folder).render(page);

        assertThat(rendered)
                .startsWith("before\n<!-- bench:stream-summary -->\n")
                .endsWith("<!-- /bench:stream-summary -->\nafter\n")
                .contains("| | resample-1s | asof | |")
                .contains("| polaroid | 1.50 | 1.50 | all is alike |")
                .containsPattern("(?s)commit 0123456789,.*commit 0123456789,")
                .doesNotContain("old");
    }

    @Test
    void rendersWhatJmhWrites() throws IOException {
        Files.createDirectories(folder.resolve("bench/results"));
        var all = new ObjectMapper().createArrayNode();
        var one = all.addObject().put("benchmark", "io.polaroid.bench.kernel.TableBench.filter");
        one.putObject("params").put("series", "1000");
        one.putObject("primaryMetric").put("score", 1.2345).put("scoreError", 0.0678);
        var other = all.addObject().put("benchmark", "io.polaroid.bench.kernel.DecoderBench.hand");
        // so JMH writes the error of a single iteration
        other.putObject("primaryMetric").put("score", 12.5).put("scoreError", "NaN");
        new ObjectMapper().writeValue(folder.resolve("bench/results/jmh.json").toFile(), all);

        assertThat(new Report(folder).render("<!-- bench:jmh -->\nold\n<!-- /bench:jmh -->\n"))
                .contains("| TableBench.filter | series 1000 | 1.2 | 0.1 |")
                .contains("| DecoderBench.hand |  | 12.5 | NaN |")
                .doesNotContain("old");
    }

    @Test
    void rendersRatiosOfBatchOperators() throws IOException {
        Files.createDirectories(folder.resolve("bench/results"));
        var root = result("resample-1s");
        root.putObject("settings")
                .put("rows", 10_000_000)
                .put("series", 1_000)
                .put("threads", 2)
                .put("runs", 12);
        root.putArray("load").add(0.5).add(2.1);
        root.putArray("ratios")
                .addObject()
                .put("job", "asof")
                .put("time", 0.31)
                .put("cpu", 0.349)
                .put("limit", 0.4)
                .put("memory", 0.3)
                .putNull("memoryLimit");
        root.putArray("results")
                .addObject()
                .put("job", "asof")
                .put("peer", "polars")
                .put("form", "eager")
                .put("seconds", 1.5)
                .put("cpu", 1.25)
                .put("mb", 836)
                .put("wholeSeconds", 3.0)
                .put("wholeCpu", 2.5);
        new ObjectMapper().writeValue(folder.resolve("bench/results/batch.json").toFile(), root);

        var rendered = new Report(folder).render("<!-- bench:batch -->\n<!-- /bench:batch -->\n");

        assertThat(rendered)
                .contains("| asof | 0.31 | 0.35 | 0.40 | 0.30 |  |")
                .contains("| asof | polars | eager | 1.500 | 1.250 | 836 | 3.00 | 2.50 |");
    }

    private static ObjectNode results(ObjectNode... sessions) {
        var root = new ObjectMapper().createObjectNode();
        root.putArray("sessions").addAll(List.of(sessions));
        return root;
    }

    private static ObjectNode result(String job) {
        var root = new ObjectMapper().createObjectNode();
        root.put("measuredAt", "2026-01-01T00:00:00Z")
                .put("command", "make bench-stream")
                .put("commit", "0123456789abcdef")
                .put("changedSinceCommit", false);
        root.putObject("machine")
                .put("cpu", "a processor")
                .put("processors", 2)
                .put("memoryMegabytes", 1_000)
                .put("java", "a Java");
        var test = root.putArray("cases").addObject();
        test.put("job", job).put("guarantee", "eos").put("series", 10).put("skew", "zipf");
        var contestant = test.putArray("contestants").addObject();
        contestant.put("name", "polaroid").put("note", "all is alike");
        contestant.putObject("median").put("cpuMicros", 1.5);
        return root;
    }
}

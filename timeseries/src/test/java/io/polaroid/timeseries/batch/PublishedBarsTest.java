package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.time.Span;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * Recorded ticks and seconds make the bars that their publisher made of them. The recordings do not come along: they are looked for in
 * {@code shared/data} beside the project, and what is not there is named in the test report.
 */
class PublishedBarsTest {
    private record Case(String name, String input, String bars, String every, SequencedMap<String, String> outputs) {}

    private static SequencedMap<String, String> outputs(String... namesAndExpressions) {
        var outputs = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndExpressions.length; i += 2) {
            outputs.put(namesAndExpressions[i], namesAndExpressions[i + 1]);
        }
        return outputs;
    }

    /** Columns of a row after its time are c1, c2 …; outputs are named by the column of the published bar that they make. */
    private static Stream<Case> cases() {
        var quotes = outputs(
                "c1",
                "first(c1)",
                "c2",
                "max(c1)",
                "c3",
                "min(c1)",
                "c4",
                "last(c1)",
                "c6",
                "first(c2)",
                "c7",
                "max(c2)",
                "c8",
                "min(c2)",
                "c9",
                "last(c2)");
        var trades = outputs("c1", "first(c1)", "c2", "max(c2)", "c3", "min(c3)", "c4", "last(c4)", "c5", "sum(c5)");
        String ticks = "ticks/lean_fxcm_tick_eurusd_20140502_quote.zip";
        return Stream.concat(
                Stream.of("second", "minute")
                        .map(width -> new Case(
                                "EURUSD quotes to bars of a " + width,
                                ticks,
                                "bars/lean_fxcm_" + width + "_eurusd_20140502_quote.zip",
                                width.equals("second") ? "1s" : "1m",
                                quotes)),
                Stream.of("07", "08", "09")
                        .map(day -> new Case(
                                "BTCUSD seconds to minutes of 2016-10-" + day,
                                "bars/lean_coinbase_second_btcusd_201610" + day + "_trade.zip",
                                "bars/lean_coinbase_minute_btcusd_201610" + day + "_trade.zip",
                                "1m",
                                trades)));
    }

    @TestFactory
    Stream<DynamicTest> makesThePublishedBars(TestReporter report) {
        Path data = data();
        return cases().filter(one -> {
                    boolean there = Files.exists(data.resolve(one.input())) && Files.exists(data.resolve(one.bars()));
                    if (!there) {
                        report.publishEntry(
                                "left out", one.name() + ", as shared/data/" + one.input() + " is not there");
                    }
                    return there;
                })
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one, data)));
    }

    private static Path data() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("shared/data"))) {
                return at.resolve("shared/data");
            }
        }
        return Path.of("shared/data");
    }

    private static List<double[]> rows(Path zip) {
        var rows = new ArrayList<double[]>();
        try (var file = new ZipInputStream(Files.newInputStream(zip))) {
            if (file.getNextEntry() == null) {
                throw new IllegalStateException(zip + " is empty");
            }
            var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
            lines.lines()
                    .filter(line -> !line.isBlank())
                    .forEach(line -> rows.add(Stream.of(line.split(","))
                            .mapToDouble(Double::parseDouble)
                            .toArray()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return rows;
    }

    private static void check(Case one, Path data) {
        List<double[]> input = rows(data.resolve(one.input()));
        List<double[]> bars = rows(data.resolve(one.bars()));
        var resample = Resample.of("t", Span.parse(one.every()).orThrow()).aggregates(one.outputs());
        try (BufferAllocator allocator = new RootAllocator();
                Tables tables = Tables.in(allocator);
                VectorSchemaRoot table = table(tables, input);
                VectorSchemaRoot result =
                        resample.apply(List.of(table), allocator).orThrow()) {
            assertThat(Tables.cells(result, "t"))
                    .isEqualTo(bars.stream().map(bar -> (Object) (long) bar[0]).toList());
            for (String name : one.outputs().keySet()) {
                int column = Integer.parseInt(name.substring(1));
                List<Object> cells = Tables.cells(result, name);
                for (int row = 0; row < cells.size(); row++) {
                    // Prices are equal to the bit; the publisher adds volumes up in decimals.
                    assertThat((double) cells.get(row))
                            .as(name + " at " + bars.get(row)[0])
                            .isCloseTo(bars.get(row)[column], Offset.offset(column == 5 ? 1e-8 : 0.0));
                }
            }
        }
        assertThat(bars).hasSizeGreaterThan(900);
    }

    private static VectorSchemaRoot table(Tables tables, List<double[]> rows) {
        tables.add(
                "t",
                Tables.time(TimeUnit.MILLISECOND, null),
                rows.stream().map(row -> (Object) (long) row[0]).toList());
        for (int i = 1; i < rows.getFirst().length; i++) {
            int column = i;
            tables.add(
                    "c" + i, Tables.FLOAT, rows.stream().map(row -> row[column]).toList());
        }
        return tables.table();
    }
}

package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.BatchOracle.Tick;
import io.polaroid.topology.frame.FramedInput;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far apart the inputs of an as-of join may be: all quotes come before all trades, as after a restart that found both waiting. */
class AsOfApartTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final long STAY = ClusterMarket.ROWS_STAY.toSeconds();

    /** A series of partition 0. */
    private static final String SYMBOL = "B";

    @TempDir
    Path folder;

    private final List<Tick> trades = new ArrayList<>();
    private final List<Tick> quotes = new ArrayList<>();

    @ParameterizedTest(name = "frames of {0} rows")
    @ValueSource(ints = {1, 7, 1000})
    void rowsFindAllThatTheyMatchWhereInputsAreNoFurtherApartThanRowsStay(int frame) {
        var published = published(STAY, frame);

        assertThat(published).isNotEmpty().isEqualTo(expected());
    }

    @Test
    void rowsThatAreFurtherBehindFindOnlyWhatIsKept() {
        long seconds = STAY + 40;
        var published = published(seconds, 1);

        var expected = expected();
        var differ = new ArrayList<Long>();
        for (Tick trade : trades) {
            var key = BatchOracle.id(trade);
            if (!Objects.equals(published.get(key), expected.get(key))) {
                assertThat(published).containsEntry(key, "-1");
                differ.add((trade.ts() - BASE) / SECOND);
            }
        }
        // The newest quote lies at 109 s, those from 38 s on are seen, and the last one before.
        long newest = seconds - 1;
        assertThat(differ).hasSize((int) (newest - 1 - STAY - 1)).allMatch(second -> newest - second > STAY);
    }

    private Map<String, String> expected() {
        return ClusterMarket.expected("enriched", trades, quotes);
    }

    /** A quote each second, then a trade each second, and the newest revision of what comes of it. */
    private Map<String, String> published(long seconds, int frame) {
        var registry = new InMemorySchemaRegistry();
        try (var allocator = new RootAllocator()) {
            var topology = PipelineTopology.of(ClusterMarket.pipeline(), registry, allocator, new Running())
                    .orThrow();
            try (var driver = new TopologyTestDriver(topology.build(), DriverProperties.in(folder))) {
                play(driver, registry, seconds, frame);
                return read(driver, registry, topology);
            }
        }
    }

    private void play(TopologyTestDriver driver, InMemorySchemaRegistry registry, long seconds, int frame) {
        var key = SYMBOL.getBytes(StandardCharsets.UTF_8);
        var quote =
                RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();
        var quoteTopic = new FramedInput(driver, "quotes", () -> frame);
        for (long i = 0; i < seconds; i++) {
            long ts = BASE + i * SECOND;
            quotes.add(new Tick(SYMBOL, ts, 1, 1, Optional.of(1_000 + i), i));
            quoteTopic.send(key, quote.encode(ArrayRow.of(SYMBOL, ts, 1.0, 1.0, 2.0, 1.0, 1_000 + i)));
        }
        quoteTopic.flush();
        var trade =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        var tradeTopic = new FramedInput(driver, "trades", () -> frame);
        for (long i = 0; i < seconds; i++) {
            long ts = BASE + i * SECOND;
            trades.add(new Tick(SYMBOL, ts, 100, 1.5, Optional.of(i), i));
            tradeTopic.send(key, trade.encode(ArrayRow.of(SYMBOL, ts, 100.0, 1.5, i)));
        }
        tradeTopic.flush();
    }

    private static Map<String, String> read(
            TopologyTestDriver driver, InMemorySchemaRegistry registry, PipelineTopology topology) {
        var codec = RowCodec.of(topology.viewAvroSchema("enriched"), "enriched-value", registry)
                .orThrow();
        var names = codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
        var newest = new TreeMap<String, String>();
        driver.createOutputTopic("enriched", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .forEach(record -> {
                    if (record.value() != null) {
                        var row = codec.decode(record.value()).orThrow();
                        newest.put(
                                row.valueAt(0) + "/" + row.valueAt(1) + "/" + row.valueAt(names.indexOf("row_offset")),
                                ClusterMarket.cells("enriched", row::isNull, row::doubleAt, row::longAt));
                    }
                });
        return newest;
    }
}

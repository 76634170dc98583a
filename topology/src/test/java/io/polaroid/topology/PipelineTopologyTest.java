package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.BatchOracle.Tick;
import io.polaroid.topology.frame.FramedInput;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules 1, 3, 4 and 5 on random arrivals: what was published last equals the batch answer, and every row is counted. */
class PipelineTopologyTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;

    @TempDir
    java.nio.file.Path folder;

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, frames of up to {3} rows")
    @CsvSource({
        "1,0,0,1",
        "2,500,0,3",
        "3,0,3000,40",
        "4,500,3000,1",
        "5,2000,60000,700",
        "6,0,600000,9",
        "7,1000,500,1",
        "8,100,20000,60",
        "9,1000,2000,1500"
    })
    void publishesTheBatchAnswerAndCountsEveryRow(long seed, long disorderMillis, long graceMillis, int mostFrameRows) {
        var registry = new InMemorySchemaRegistry();
        var running = new Running();
        var random = new SplittableRandom(seed);
        try (var allocator = new RootAllocator()) {
            var pipeline = Market.pipeline(Duration.ofMillis(disorderMillis), Duration.ofMillis(graceMillis));
            var topology =
                    PipelineTopology.of(pipeline, registry, allocator, running).orThrow();
            try (var driver = new TopologyTestDriver(topology.build(), DriverProperties.in(folder))) {
                var feed = new Feed(driver, registry, random, mostFrameRows);
                feed.play(1_500);
                var oracle = new BatchOracle(disorderMillis * 1_000, graceMillis * 1_000);
                var read = new Published(driver, registry, topology);

                assertThat(read.newest("bars_1s", PipelineTopologyTest::bar, Published.BY_TIME))
                        .isEqualTo(oracle.bars(feed.trades, SECOND));
                assertThat(read.newest("bars_1m", PipelineTopologyTest::bar, Published.BY_TIME))
                        .isEqualTo(oracle.bars(feed.trades, 60 * SECOND));
                assertThat(read.newest("vwap_5s", PipelineTopologyTest::rolled, Published.BY_ROW))
                        .isEqualTo(oracle.rolling(feed.trades, 5 * SECOND));
                assertThat(read.newest("enriched", row -> quoteId(row), Published.BY_ROW))
                        .isEqualTo(withIds(oracle.asOf(feed.trades, feed.quotes, 2 * SECOND), feed.quotes));

                assertCounts(running, feed, "bars_1s", "trades", oracle.late(feed.trades, row -> end(row, SECOND)));
                assertCounts(
                        running, feed, "bars_1m", "trades", oracle.late(feed.trades, row -> end(row, 60 * SECOND)));
                assertCounts(running, feed, "vwap_5s", "trades", oracle.late(feed.trades, row -> row.ts() + 1));
                assertCounts(running, feed, "enriched", "trades", oracle.late(feed.trades, row -> row.ts() + 1));
                assertCounts(running, feed, "enriched", "quotes", oracle.late(feed.quotes, row -> row.ts() + 1));
                assertThat(read.size("bars_1s.late")).isEqualTo(oracle.late(feed.trades, row -> end(row, SECOND)));
                assertThat(read.size("market.dead-letter")).isEqualTo(feed.malformed);
            }
        }
    }

    private void assertCounts(Running running, Feed feed, String view, String input, long late) {
        var counts = running.counts(view, input);
        long records = input.equals("trades") ? feed.tradeRecords : feed.quoteRecords;
        assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
                .as("counts of %s, %s: %s", view, input, counts)
                .isEqualTo(records);
        assertThat(counts).containsEntry("late", late);
        var ticks = input.equals("trades") ? feed.trades : feed.quotes;
        assertThat(counts).containsEntry("duplicate", BatchOracle.duplicates(ticks));
    }

    private static long end(Tick row, long every) {
        return BatchOracle.start(row.ts(), every) + every;
    }

    private static List<Object> bar(Row row) {
        return List.of(
                row.doubleAt(2),
                row.doubleAt(3),
                row.doubleAt(4),
                row.doubleAt(5),
                row.doubleAt(6),
                row.longAt(7),
                row.doubleAt(8));
    }

    private static List<Object> rolled(Row row) {
        return List.of(row.doubleAt(4), row.longAt(5));
    }

    /** Column 10 of enriched is the quote's update_id; every quote has one here. */
    private static Long quoteId(Row row) {
        return row.isNull(10) ? -1L : row.longAt(10);
    }

    private static Map<String, Long> withIds(Map<String, Long> offsets, List<Tick> quotes) {
        var ids = new TreeMap<Long, Long>();
        quotes.forEach(quote -> ids.put(quote.offset(), quote.id().orElseThrow()));
        var result = new TreeMap<String, Long>();
        offsets.forEach((key, offset) -> result.put(key, offset < 0 ? -1L : ids.get(offset)));
        return result;
    }

    /** Random trades and quotes of three symbols, out of order, with duplicates and records that are not rows. */
    private static final class Feed {
        final List<Tick> trades = new ArrayList<>();
        final List<Tick> quotes = new ArrayList<>();
        long tradeRecords;
        long quoteRecords;
        long malformed;
        private final SplittableRandom random;
        private final FramedInput tradeTopic;
        private final FramedInput quoteTopic;
        private final RowCodec tradeCodec;
        private final RowCodec quoteCodec;

        Feed(TopologyTestDriver driver, InMemorySchemaRegistry registry, SplittableRandom random, int mostFrameRows) {
            var sizes = random.split();
            this.random = random;
            this.tradeTopic = new FramedInput(driver, "trades", () -> 1 + sizes.nextInt(mostFrameRows));
            this.quoteTopic = new FramedInput(driver, "quotes", () -> 1 + sizes.nextInt(mostFrameRows));
            this.tradeCodec = RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry)
                    .orThrow();
            this.quoteCodec = RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry)
                    .orThrow();
        }

        void play(int records) {
            long now = BASE;
            for (int i = 0; i < records; i++) {
                now += random.nextLong(60_000);
                long ts = now - (random.nextInt(5) == 0 ? random.nextLong(6 * SECOND) : 0);
                ts -= Math.floorMod(ts, 10_000);
                var symbol = List.of("A", "B", "C").get(random.nextInt(3));
                if (random.nextInt(40) == 0) {
                    malformed(symbol, ts);
                } else if (random.nextBoolean()) {
                    trade(symbol, ts, 100 + random.nextInt(50) / 4.0, random.nextInt(20) / 10.0 + 0.1);
                } else {
                    quote(symbol, ts);
                }
            }
            tradeTopic.flush();
            quoteTopic.flush();
        }

        private void trade(String symbol, long ts, double price, double size) {
            long id = random.nextInt(20) == 0 ? Math.max(0, tradeRecords - 3) : tradeRecords;
            trades.add(new Tick(symbol, ts, price, size, Optional.of(id), tradeRecords++));
            pipe(tradeTopic, symbol, tradeCodec.encode(ArrayRow.of(symbol, ts, price, size, id)));
        }

        private void quote(String symbol, long ts) {
            long id = quoteRecords;
            quotes.add(new Tick(symbol, ts, 1, 1, Optional.of(id), quoteRecords++));
            pipe(quoteTopic, symbol, quoteCodec.encode(ArrayRow.of(symbol, ts, 1.0, 1.0, 2.0, 1.0, id)));
        }

        private void malformed(String symbol, long ts) {
            malformed++;
            tradeRecords++;
            switch (random.nextInt(4)) {
                case 0 -> pipe(tradeTopic, symbol, new byte[] {0, 0, 0, 0, 9, 1, 2});
                case 1 -> pipe(tradeTopic, symbol, tradeCodec.encode(ArrayRow.of(symbol, ts, Double.NaN, 1.0, null)));
                case 2 -> pipe(tradeTopic, symbol, tradeCodec.encode(ArrayRow.of(symbol, ts, -1.0, 1.0, null)));
                default -> tradeTopic.send(symbol.getBytes(StandardCharsets.UTF_8), null);
            }
        }

        private static void pipe(FramedInput topic, String symbol, byte[] value) {
            topic.send(symbol.getBytes(StandardCharsets.UTF_8), value);
        }
    }

    /** What stands in the output topics. */
    private record Published(TopologyTestDriver driver, InMemorySchemaRegistry registry, PipelineTopology topology) {
        static final Function<Row, String> BY_TIME = row -> row.valueAt(0) + "/" + row.valueAt(1);
        static final Function<Row, String> BY_ROW = row -> row.valueAt(0) + "/" + row.valueAt(1) + "/";

        /** Newest published revision of each result, after checking that revisions count up from 0 without gaps. */
        <T> Map<String, T> newest(String view, Function<Row, T> cells, Function<Row, String> identity) {
            var codec = RowCodec.of(topology.viewAvroSchema(view), view + "-value", registry)
                    .orThrow();
            int width = codec.arrowSchema().getFields().size();
            int rowOffset = codec.arrowSchema()
                    .getFields()
                    .indexOf(codec.arrowSchema().getFields().stream()
                            .filter(field -> field.getName().equals("row_offset"))
                            .findFirst()
                            .orElse(codec.arrowSchema().getFields().getFirst()));
            var newest = new TreeMap<String, T>();
            var revisions = new TreeMap<String, Long>();
            var topic = driver.createOutputTopic(view, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            for (var record : topic.readRecordsToList()) {
                if (record.value() == null) {
                    continue;
                }
                var row = codec.decode(record.value()).orThrow();
                var key = identity == BY_ROW ? BY_ROW.apply(row) + row.valueAt(rowOffset) : identity.apply(row);
                if (!row.isNull(width - 3)) {
                    assertThat(row.longAt(width - 3))
                            .as("revision of %s %s", view, key)
                            .isEqualTo(revisions.merge(key, 0L, (old, zero) -> old + 1));
                    newest.put(key, cells.apply(row));
                }
            }
            return newest;
        }

        long size(String topic) {
            return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList()
                    .size();
        }
    }
}

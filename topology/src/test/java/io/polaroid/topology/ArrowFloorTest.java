package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BatchKey;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.Floors;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.store.row.ArrowRowTier;
import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.row.StreamIntake;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row tier of batches that loses its folder begins where a floor says, and is as one that lost nothing. */
@ExtendWith(Allocators.class)
class ArrowFloorTest {
    private static final Duration RETENTION = Duration.ofSeconds(20);
    private static final TopicPartition TOPIC = new TopicPartition("trades", 0);
    private static final Schema TRADE =
            AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow();
    private static final long BASE = 1_700_000_000_000_000L;
    private static final List<String> SYMBOLS = List.of("A", "B", "C|D", "quiet");

    @TempDir
    Path folder;

    private int lives;

    /** Those of one partition that were committed. */
    private static final class Kept implements Floors {
        final List<Floor> floors = new ArrayList<>();

        @Override
        public void write(StateStoreContext context, Floor floor) {
            floors.add(floor);
        }

        @Override
        public Optional<Floor> read(StateStoreContext context) {
            return floors.isEmpty() ? Optional.empty() : Optional.of(floors.getLast());
        }
    }

    /** A store and what Kafka Streams would restore it through, which takes whole records as frames do. */
    private record Life(ArrowRowTier store, RecordBatchingStateRestoreCallback records) {}

    private Life open(Path taskFolder, Floors floors, BufferAllocator allocator) {
        var stream = new StreamSpec(
                "trades",
                BuiltInSchemas.trade(),
                List.of("symbol"),
                "ts",
                Optional.of("trade_id"),
                RETENTION,
                List.of("price > 0"),
                1,
                StreamFormat.ARROW);
        var registry = new InMemorySchemaRegistry();
        var store = Stores.rowTier(
                        "trades",
                        TRADE,
                        () -> StreamIntake.of(stream, registry).orThrow(),
                        RETENTION,
                        allocator,
                        new StoreLimits(),
                        floors)
                .build();
        var properties = new Properties();
        properties.setProperty("polaroid.state.floor.rows", "300");
        var context = new MockProcessorContext<Object, Object>(properties, new TaskId(0, 0), taskFolder.toFile());
        var callbacks = new ArrayList<RecordBatchingStateRestoreCallback>();
        var registering = (StateStoreContext) Proxy.newProxyInstance(
                ArrowFloorTest.class.getClassLoader(),
                new Class<?>[] {StateStoreContext.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("register")) {
                        callbacks.add((RecordBatchingStateRestoreCallback) arguments[1]);
                        return null;
                    }
                    return method.invoke(context.getStateStoreContext(), arguments);
                });
        store.init(registering, store);
        return new Life((ArrowRowTier) store, callbacks.getFirst());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isAsIfNeverLost(long seed, BufferAllocator allocator) {
        var random = new SplittableRandom(seed);
        var records = records(random);
        var floors = new Kept();
        var twin = open(folder.resolve("twin"), Floors.NONE, allocator);
        var life = open(folder.resolve("life" + lives++), floors, allocator);
        var begins = new ArrayList<Long>();
        for (int at = 0; at < records.size(); ) {
            int to = Math.min(records.size(), at + random.nextInt(1, 12));
            twin.records().restoreBatch(records.subList(at, to));
            life.records().restoreBatch(records.subList(at, to));
            life.store().flushCache();
            at = to;
            if (random.nextInt(12) == 0) {
                life.store().close();
                life = open(folder.resolve("life" + lives++), floors, allocator);
                long begin = life.store().committedOffset(TOPIC);
                begins.add(begin);
                restore(life, records.subList(0, at), begin, random);
                assertEqual(life.store(), twin.store());
            }
        }
        life.store().flushCache();
        assertEqual(life.store(), twin.store());
        // The last restores did not begin with the topic, nor with what has expired long since
        assertThat(begins.getLast()).isGreaterThan(records.size() / 2);
        life.store().close();
        twin.store().close();
    }

    /** In batches of any size, without what has been read before. */
    private static void restore(
            Life life, List<ConsumerRecord<byte[], byte[]>> records, long begin, SplittableRandom random) {
        var left = records.stream().filter(record -> record.offset() > begin).toList();
        for (int i = 0; i < left.size(); ) {
            int to = Math.min(left.size(), i + random.nextInt(1, 100));
            life.records().restoreBatch(left.subList(i, to));
            i = to;
        }
    }

    /** Batches of up to 40 rows, some late, some twice, some that a check refuses; rubbish and feed health between them. */
    private static List<ConsumerRecord<byte[], byte[]>> records(SplittableRandom random) {
        var writer = BatchWriter.of(TRADE);
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long now = BASE;
        long id = 0;
        long offset = 0;
        for (int i = 0; i < 900; i++) {
            offset += random.nextInt(10) == 0 ? 3 : 1;
            int kind = random.nextInt(30);
            if (kind == 0) {
                records.add(record(offset, new byte[] {1, 2, 3}));
                continue;
            }
            if (kind == 1) {
                var beat = new ControlRecord("feed", ControlRecord.Kind.HEARTBEAT, now * 1_000, now * 1_000, "*");
                records.add(new ConsumerRecord<>("trades", 0, offset, beat.toKey(), null));
                continue;
            }
            var rows = new ArrayList<Row>();
            for (int left = random.nextInt(1, 40); left > 0; left--) {
                now += random.nextLong(20_000);
                long ts = now - (random.nextInt(8) == 0 ? random.nextLong(10_000_000) : 0);
                // One series has rows at the very beginning only.
                var symbol = SYMBOLS.get(random.nextInt(i < 5 ? 4 : 3));
                long known = random.nextInt(15) == 0 ? Math.max(0, id - random.nextInt(600)) : id++;
                double price = random.nextInt(40) == 0 ? -1 : random.nextInt(100) + 1;
                rows.add(ArrayRow.of(symbol, ts, price, 1.5, known));
            }
            records.add(record(offset, writer.write(rows)));
        }
        return records;
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>("trades", 0, offset, BatchKey.bytes(), value);
    }

    private static void assertEqual(ArrowRowTier store, ArrowRowTier twin) {
        assertThat(store.progress()).isEqualTo(twin.progress());
        assertThat(store.lastOffset()).isEqualTo(twin.lastOffset());
        assertThat(store.seriesKeys()).isEqualTo(twin.seriesKeys());
        assertThat(store.status()).isEqualTo(twin.status());
        for (String series : twin.seriesKeys()) {
            assertThat(rows(store, series)).as(series).isEqualTo(rows(twin, series));
        }
    }

    private static List<List<Object>> rows(ArrowRowTier store, String series) {
        var held = store.series(series);
        var rows = new ArrayList<List<Object>>();
        for (int i = 0; i < held.size(); i++) {
            var cells = new ArrayList<Object>(List.of(held.timeNanos(i), held.offset(i), held.progressBefore(i)));
            for (int column = 0; column < TRADE.getFields().size(); column++) {
                cells.add(held.row(i).valueAt(column));
            }
            rows.add(cells);
        }
        return rows;
    }
}

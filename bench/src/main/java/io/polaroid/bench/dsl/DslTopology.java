package io.polaroid.bench.dsl;

import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.Bar;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.ResultRows;
import io.polaroid.bench.workload.Rolled;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** The jobs in Kafka Streams' DSL. */
final class DslTopology {
    /** The window store, which queries ask. */
    static final String STORE = "windows";

    /** As long as Polaroid keeps results. */
    private static final Duration RETENTION = Duration.ofHours(24);

    private final Task task;
    private final boolean memory;
    private final boolean closedOnly;
    private final Duration disorder;

    DslTopology(Task task) {
        this.task = task;
        this.memory = task.peer().startsWith("streams-memory");
        this.closedOnly = task.peer().endsWith("-final");
        this.disorder = Duration.ofMillis(task.disorderMillis());
    }

    Topology build(Properties properties) {
        var builder = new StreamsBuilder();
        switch (task.job()) {
            case RESAMPLE_1S, RESAMPLE_1M -> resample(builder);
            case ROLLING_60S -> rolling(builder);
            case ASOF -> asOf(builder);
        }
        return builder.build(properties);
    }

    private KGroupedStream<String, InputRow> trades(StreamsBuilder builder) {
        return builder.stream(task.trades(), Consumed.with(Serdes.String(), RowSerdes.trades()))
                .groupByKey(Grouped.with(Serdes.String(), RowSerdes.trades()));
    }

    private void resample(StreamsBuilder builder) {
        var size = Duration.ofMillis(task.job().millis());
        var bars = trades(builder)
                .windowedBy(TimeWindows.ofSizeAndGrace(size, disorder))
                .aggregate(
                        Bar::new,
                        (symbol, row, bar) -> bar.add(row.millis, row.price, row.size),
                        store(size, RowSerdes.bars()));
        var out = new ThreadLocalBytes();
        emitted(bars)
                .toStream((window, bar) -> window)
                .mapValues((window, bar) ->
                        bar.encode(out.get(), window.key(), window.window().start()))
                .selectKey((window, value) -> window.key())
                .to(task.output(), Produced.with(Serdes.String(), Serdes.ByteArray()));
    }

    /**
     * Sliding windows of both ends inclusive: one millisecond less than the window gives {@code (t - 60 s, t]}. They begin and
     * end at rows, so that besides the windows that end at a row there are those that begin right after one, which nobody asked
     * for and which cannot be left out before they are published.
     */
    private void rolling(StreamsBuilder builder) {
        var size = Duration.ofMillis(task.job().millis() - 1);
        var sums = trades(builder)
                .windowedBy(SlidingWindows.ofTimeDifferenceAndGrace(size, disorder))
                .aggregate(
                        Rolled::new,
                        (symbol, row, window) -> window.add(row.millis, row.price, row.size),
                        store(size, RowSerdes.rolled()));
        var out = new ThreadLocalBytes();
        emitted(sums)
                .toStream((window, sum) -> window)
                .filter((window, rolled) -> rolled.lastMillis == window.window().end())
                .mapValues((window, rolled) ->
                        rolled.encode(out.get(), window.key(), window.window().end()))
                .selectKey((window, value) -> window.key())
                .to(task.output(), Produced.with(Serdes.String(), Serdes.ByteArray()));
    }

    private void asOf(StreamsBuilder builder) {
        var quotes = builder.table(
                task.quotes(),
                Consumed.with(Serdes.String(), RowSerdes.quotes()),
                Materialized.<String, InputRow>as(
                                Stores.persistentVersionedKeyValueStore(STORE, disorder.plusSeconds(60)))
                        .withKeySerde(Serdes.String())
                        .withValueSerde(RowSerdes.quotes()));
        var out = new ThreadLocalBytes();
        long tolerance = task.job().millis();
        builder.stream(task.trades(), Consumed.with(Serdes.String(), RowSerdes.trades()))
                .leftJoin(
                        quotes,
                        (trade, quote) -> {
                            boolean near = quote != null && trade.millis - quote.millis <= tolerance;
                            return ResultRows.enriched(
                                    out.get(), trade, near ? quote.price : Double.NaN, near ? quote.ask : Double.NaN);
                        },
                        Joined.<String, InputRow, InputRow>with(Serdes.String(), RowSerdes.trades(), RowSerdes.quotes())
                                .withName("asof")
                                .withGracePeriod(disorder))
                .to(task.output(), Produced.with(Serdes.String(), Serdes.ByteArray()));
    }

    private <T> Materialized<String, T, WindowStore<Bytes, byte[]>> store(Duration size, Serde<T> values) {
        Duration retention =
                task.job().resamples() ? RETENTION : size.plus(disorder).plus(size);
        var supplier = memory
                ? Stores.inMemoryWindowStore(STORE, retention, size, false)
                : Stores.persistentWindowStore(STORE, retention, size, false);
        return Materialized.<String, T>as(supplier)
                .withKeySerde(Serdes.String())
                .withValueSerde(values)
                .withCachingEnabled();
    }

    private <T> KTable<Windowed<String>, T> emitted(KTable<Windowed<String>, T> windows) {
        return closedOnly ? windows.suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded())) : windows;
    }

    /** Lambdas of a topology are shared by stream threads. */
    private static final class ThreadLocalBytes {
        private final ThreadLocal<AvroBytes> bytes = ThreadLocal.withInitial(AvroBytes::new);

        AvroBytes get() {
            return bytes.get();
        }
    }
}

package io.polaroid.store.streams;

import io.polaroid.store.Floors;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.StoreLimits;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.result.Results;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** The smallest view on a stream: sums of prices per series and second, sent downstream at each flush. */
final class SumTopology {
    static final String ROWS = "rows";
    static final String SUMS = "sums";
    static final long SECOND = 1_000_000_000L;

    private SumTopology() {}

    static Topology of(String input, String output, Duration retention, BufferAllocator allocator) {
        return of(input, output, retention, allocator, Floors.NONE, offset -> false);
    }

    /** The same, with a processor that fails at some offsets, after it has changed its state. */
    static Topology of(
            String input,
            String output,
            Duration retention,
            BufferAllocator allocator,
            Floors floors,
            LongPredicate failing) {
        var topology = new Topology();
        topology.addReadOnlyStateStore(
                Stores.rowTier(
                        ROWS, TextIntake.SCHEMA, TextIntake::new, retention, allocator, new StoreLimits(), floors),
                "source",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                input,
                "mark",
                Mark::new);
        topology.addProcessor("sum", () -> new Sum(failing), "source");
        topology.addStateStore(
                Stores.resultTier(SUMS, Results.SCHEMA, Results.DOUBLES, Results.LONGS, allocator), "sum");
        topology.connectProcessorAndStateStores("sum", ROWS);
        topology.addSink("sink", output, new ByteArraySerializer(), new ByteArraySerializer(), "sum");
        return topology;
    }

    /** The row tier is filled by the processor that reads it; this one only gives the store its topic. */
    private static final class Mark extends ContextualProcessor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> record) {}
    }

    private static final class Sum extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final LongPredicate failing;
        private RowTier rows;
        private ResultTier sums;

        Sum(LongPredicate failing) {
            this.failing = failing;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            super.init(context);
            rows = Objects.requireNonNull(context.getStateStore(ROWS));
            sums = Objects.requireNonNull(context.getStateStore(SUMS));
            sums.reads(List.of(rows));
            Consumer<Runnable> scope = Stores.flushScope(context);
            sums.beforeFlush(() -> scope.accept(() -> sums.forEachChanged(this::send)));
        }

        private void send(int row) {
            String key = sums.series(row) + "@" + sums.timeNanos(row);
            String value = sums.slots(row).longAt(0) + "=" + sums.slots(row).doubleAt(0);
            sums.set(row, 4, sums.result(row).isNull(4) ? 0L : sums.result(row).longAt(4) + 1);
            context().forward(new Record<>(utf8(key), utf8(value), sums.timeNanos(row) / 1_000_000));
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            var at = context().recordMetadata().orElseThrow();
            var applied = rows.apply(at.partition(), at.offset(), record.key(), record.value());
            sums.increment(applied.getClass().getSimpleName());
            if (applied instanceof RowTier.Accepted row) {
                long second = Math.floorDiv(row.timeNanos(), SECOND) * SECOND;
                int found = sums.find(row.series(), second, 0);
                int result = found >= 0 ? found : sums.insert(row.series(), second, 0);
                var slots = sums.slots(result);
                slots.setLong(0, slots.longAt(0) + 1);
                if (!row.row().isNull(2)) {
                    slots.setDouble(0, slots.doubleAt(0) + row.row().doubleAt(2));
                }
                sums.set(result, 0, row.series());
                sums.set(result, 1, second / 1_000);
                sums.set(result, 2, slots.doubleAt(0));
                sums.set(result, 6, slots.longAt(0));
            }
            sums.reached(applied.offset(), rows.progress());
            if (failing.test(applied.offset())) {
                throw new IllegalStateException("told to fail at " + applied.offset());
            }
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.polaroid.store;

import io.polaroid.store.commit.GatedClients;
import io.polaroid.store.commit.UnendedTransactions;
import io.polaroid.store.internals.DefaultClients;
import io.polaroid.store.internals.FlushScope;
import io.polaroid.store.internals.ResultSink;
import io.polaroid.store.internals.StreamsProtocolConsumerWrapper;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.store.result.ArrowResultTier;
import io.polaroid.store.row.ArrowRowTier;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.state.StoreBuilder;

/** Makes the Arrow stores, and what they need around them. */
public final class Stores {
    private Stores() {}

    /**
     * A row tier whose changelog is the stream's own topic: add it with {@code Topology.addReadOnlyStateStore}.
     *
     * @param name store name
     * @param rows Arrow schema of the stream's rows
     * @param intake makes the store's intake
     * @param retention how long rows stay, in event time below progress
     * @param allocator parent of the store's own allocator
     */
    public static StoreBuilder<RowTier> rowTier(
            String name, Schema rows, RowIntake.Factory intake, Duration retention, BufferAllocator allocator) {
        return rowTier(name, rows, intake, retention, allocator, new StoreLimits(), Floors.NONE);
    }

    /**
     * A row tier that shares the limits of a process with other stores.
     *
     * @param name store name
     * @param rows Arrow schema of the stream's rows
     * @param intake makes the store's intake
     * @param retention how long rows stay, in event time below progress
     * @param allocator parent of the store's own allocator
     * @param limits what the stores of the process may take together
     * @param floors keeps where a restore may begin
     */
    public static StoreBuilder<RowTier> rowTier(
            String name,
            Schema rows,
            RowIntake.Factory intake,
            Duration retention,
            BufferAllocator allocator,
            StoreLimits limits,
            Floors floors) {
        return new ArrowStoreBuilder<>(
                name, () -> new ArrowRowTier(name, rows, intake, retention, allocator, limits, floors));
    }

    /**
     * A result tier with a changelog topic of its own.
     *
     * @param name store name
     * @param results result columns, the last three being revision, published_at, published_offset
     * @param doubleSlots hidden double columns
     * @param longSlots hidden long columns
     * @param allocator parent of the store's own allocator
     */
    public static StoreBuilder<ResultTier> resultTier(
            String name, Schema results, int doubleSlots, int longSlots, BufferAllocator allocator) {
        return resultTier(name, results, doubleSlots, longSlots, allocator, new StoreLimits());
    }

    /**
     * A result tier that shares the limits of a process with other stores.
     *
     * @param name store name
     * @param results result columns, the last three being revision, published_at, published_offset
     * @param doubleSlots hidden double columns
     * @param longSlots hidden long columns
     * @param allocator parent of the store's own allocator
     * @param limits what the stores of the process may take together
     */
    public static StoreBuilder<ResultTier> resultTier(
            String name,
            Schema results,
            int doubleSlots,
            int longSlots,
            BufferAllocator allocator,
            StoreLimits limits) {
        return new ArrowStoreBuilder<>(
                name, () -> new ArrowResultTier(name, results, doubleSlots, longSlots, allocator, limits));
    }

    /** Clients that tell the stores when a transaction (or an at-least-once commit) has gone through. */
    public static KafkaClientSupplier clients() {
        return clients(new UnendedTransactions());
    }

    /**
     * The same.
     *
     * @param unended is told of transactions that producers leave open
     */
    public static KafkaClientSupplier clients(UnendedTransactions unended) {
        return new GatedClients(DefaultClients.supplier(), unended);
    }

    /**
     * Properties for {@code group.protocol=streams}, where Kafka Streams does not ask {@link #clients} for its main consumer.
     *
     * @param polled what Kafka Streams gets in place of the records of a poll
     * @param wrapped runs for each main consumer that Kafka Streams makes in this way
     */
    public static Map<String, Object> streamsProtocol(
            UnaryOperator<ConsumerRecords<byte[], byte[]>> polled, Runnable wrapped) {
        return StreamsProtocolConsumerWrapper.settings(GatedClients.hook(polled, wrapped));
    }

    /**
     * The IQv2 query for a committed snapshot of one store, for one request, which must be one that {@code requireActive()}s
     * (a store that is still being restored would answer with what it has so far); result parts are copies that the asker
     * closes.
     */
    public static Query<TableSnapshot.Part> snapshot(BufferAllocator allocator) {
        return new SnapshotQuery<>(committed -> committed.snapshot(allocator), "copied all rows");
    }

    /**
     * The same rows on loan: buffers that need no copy are the store's own, and stay until the asker closes its part, whatever becomes
     * of the store.
     *
     * @param reader counts what the store lets go of before the asker does; of the same root as the store's
     */
    public static Query<TableScan.Part> scan(BufferAllocator reader) {
        return new SnapshotQuery<>(committed -> committed.scan(reader), "lent all rows");
    }

    /**
     * Lets a processor forward records from {@link ResultTier#beforeFlush}, where Kafka Streams has no current node.
     *
     * @param context the processor's own, in its {@code init}
     * @return runs an action as if that processor were processing
     */
    public static java.util.function.Consumer<Runnable> flushScope(
            org.apache.kafka.streams.processor.api.ProcessorContext<?, ?> context) {
        return FlushScope.of(context);
    }

    /** Takes results on their way to a topic. */
    @FunctionalInterface
    public interface Sink {
        /** Sends a record; its partition is that of its key. */
        void send(byte[] key, byte[] value, long timestampMillis);
    }

    /**
     * A shorter way to the topic of a processor's sink, in the same transaction.
     *
     * @param context the processor's own, in its {@code init}
     * @param node name of the sink
     */
    public static Sink sink(
            org.apache.kafka.streams.processor.api.ProcessorContext<?, ?> context, String node, String topic) {
        return new ResultSink(context, node, topic)::send;
    }
}

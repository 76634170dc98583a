package io.polaroid.topology.app;

import io.polaroid.sinks.parquet.ParquetSink;
import io.polaroid.sinks.parquet.ParquetSinkTask;
import io.polaroid.topology.ClusterMarket;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The Parquet sink of all streams and views in a process of its own, its task called as a Connect worker calls it. Arguments: servers,
 * folder of the lake. Told {@code catch up} it answers when it has taken all that is committed; it leaves when its input ends.
 */
final class ClusterSink {
    /** A file ends after so many rows. */
    static final int ROLL_ROWS = 150;

    /** A file ends when event time passes a bucket of this length. */
    static final Duration ROLL_EVERY = Duration.ofSeconds(30);

    private static final String END = "end";

    private ClusterSink() {}

    public static void main(String[] arguments) throws Exception {
        var schemas = new HashRegistry();
        Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0], "isolation.level", "read_committed");
        try (var registry = new ClusterRegistry(schemas);
                var consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var tables = tables(schemas);
            var task = new ParquetSinkTask();
            var partitions = new ArrayList<TopicPartition>();
            for (ParquetSink.Table table : tables) {
                for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                    partitions.add(new TopicPartition(table.topic(), partition));
                }
            }
            consumer.assign(partitions);
            task.initialize(new SinkPlace(consumer));
            task.start(sink(Path.of(arguments[1]), tables, registry.url()).toConnectorConfig(1));
            task.open(partitions);
            System.out.println(ChildJvm.ANSWER + "up");
            run(task, consumer, partitions);
            task.close(partitions);
            task.stop();
        }
        System.exit(0);
    }

    private static ParquetSink sink(Path root, List<ParquetSink.Table> tables, URI registry) {
        return new ParquetSink(root, tables, List.of("date"), ROLL_ROWS, ROLL_EVERY, registry);
    }

    /** All streams and views; their schemas are registered. */
    private static List<ParquetSink.Table> tables(HashRegistry schemas) {
        var pipeline = ClusterMarket.pipeline();
        var tables = new ArrayList<ParquetSink.Table>();
        try (var allocator = new RootAllocator()) {
            var topology = PipelineTopology.of(pipeline, schemas, allocator, new Running())
                    .orThrow();
            topology.registerSchemas();
            for (StreamSpec stream : pipeline.streams().values()) {
                schemas.register(stream.name() + "-value", stream.schema()).orThrow();
                tables.add(new ParquetSink.Stream(stream.declaration(), stream.retention()));
            }
            for (String view : pipeline.views().keySet()) {
                tables.add(new ParquetSink.View(
                        view, topology.viewAvroSchema(view).getFields().get(1).name()));
            }
        }
        return tables;
    }

    private static void run(
            ParquetSinkTask task, KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        var told = told();
        Map<TopicPartition, Long> ends = Map.of();
        for (String line = told.poll(); !END.equals(line); line = told.poll()) {
            if (line != null) {
                ends = consumer.endOffsets(partitions);
            }
            var records = new ArrayList<SinkRecord>();
            consumer.poll(Duration.ofMillis(50)).forEach(record -> records.add(message(record)));
            task.put(records);
            var unused = task.preCommit(Map.of());
            if (!ends.isEmpty()
                    && ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
                ends = Map.of();
                System.out.println(ChildJvm.ANSWER + "caught up");
            }
        }
    }

    private static SinkRecord message(ConsumerRecord<byte[], byte[]> record) {
        return new SinkRecord(
                record.topic(),
                record.partition(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.key(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.value(),
                record.offset(),
                record.timestamp(),
                record.timestampType());
    }

    private static BlockingQueue<String> told() {
        var lines = new LinkedBlockingQueue<String>();
        Thread.ofPlatform().daemon().name("told").start(() -> {
            try (var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = input.readLine(); line != null; line = input.readLine()) {
                    lines.add(line);
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            } finally {
                lines.add(END);
            }
        });
        return lines;
    }
}

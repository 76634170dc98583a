package io.polaroid.sinks.parquet;

import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/**
 * One task: a {@link PartitionWriter} for each partition it has. Where a partition goes on is what its manifest says, not the
 * consumer group; the group's offsets are kept up to date for those who watch lag. A failure of the disk fails the task,
 * and nothing that is half written has a name that readers look at.
 */
public final class ParquetSinkTask extends SinkTask {
    private final LakeFiles files;
    private final Function<URI, SchemaRegistry> registries;
    private final Counts counts = new Counts();
    private final Map<TopicPartition, PartitionWriter> writers = new HashMap<>();
    private @Nullable ParquetSink sink;
    private @Nullable SchemaRegistry registry;

    /** What Connect calls. */
    public ParquetSinkTask() {
        this(new LocalLakeFiles(), url -> HttpSchemaRegistry.of(List.of(url)));
    }

    ParquetSinkTask(LakeFiles files, Function<URI, SchemaRegistry> registries) {
        this.files = files;
        this.registries = registries;
    }

    @Override
    public String version() {
        return Version.TEXT;
    }

    @Override
    public void start(Map<String, String> props) {
        ParquetSink told = ParquetSinkConnector.sinkOf(props);
        sink = told;
        registry = registries.apply(told.registryUrl());
        counts.showIn(context.pluginMetrics());
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        ParquetSink told = started(sink);
        SchemaRegistry schemas = started(registry);
        for (TopicPartition partition : partitions) {
            ParquetSink.Table table = told.tables().stream()
                    .filter(candidate -> candidate.topic().equals(partition.topic()))
                    .findFirst()
                    .orElseThrow(() -> new ConnectException(
                            "topic " + partition.topic() + " is not among the tables " + told.topics()));
            PartitionWriter writer = onDisk(
                    partition,
                    () -> PartitionWriter.open(
                            files,
                            told,
                            partition.topic(),
                            partition.partition(),
                            new RowDecoder(table, schemas),
                            counts));
            PartitionWriter before = writers.put(partition, writer);
            if (before != null) {
                before.close();
            }
            context.offset(partition, writer.beginOffset());
        }
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        try {
            for (SinkRecord message : records) {
                var partition = new TopicPartition(message.originalTopic(), message.originalKafkaPartition());
                PartitionWriter writer = writers.get(partition);
                if (writer == null) {
                    throw new ConnectException("a record of " + partition + ", which this task has not opened");
                }
                onDisk(partition, () -> {
                    writer.accept(message);
                    return writer;
                });
            }
        } catch (RetriableException e) {
            writers.values().forEach(PartitionWriter::expectAgain);
            throw e;
        }
    }

    /** Writes nothing: files end where the records say, so neither a commit nor a stop may end one. */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> current) {
        var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
        writers.forEach((partition, writer) -> {
            if (writer.boundary() >= 0) {
                committed.put(partition, new OffsetAndMetadata(writer.nextOffset()));
            }
        });
        return committed;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            PartitionWriter writer = writers.remove(partition);
            if (writer != null) {
                writer.close();
            }
        }
    }

    @Override
    public void stop() {
        writers.values().forEach(PartitionWriter::close);
        writers.clear();
    }

    /** Number of the newest row taken of a partition that is open. */
    long position(TopicPartition partition) {
        PartitionWriter writer = writers.get(partition);
        if (writer == null) {
            throw new IllegalArgumentException(partition + " is not open");
        }
        return writer.position();
    }

    Counts counts() {
        return counts;
    }

    private static <T> T onDisk(TopicPartition partition, DiskWork<T> work) {
        try {
            return work.run();
        } catch (IOException | UncheckedIOException e) {
            throw new ConnectException(
                    partition + ": the lake cannot be read or written (" + e.getMessage()
                            + "); mend it and restart the task, it goes on after the last complete file",
                    e);
        }
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the task is not started");
        }
        return part;
    }

    /** Work that may fail at the disk. */
    private interface DiskWork<T> {
        T run() throws IOException;
    }
}

package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The rows of a topic as they are committed. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = "Prints the rows of a stream or view as JSON, as they are committed to its topic.",
        footer = "Views show every revision; revision null is provisional.")
final class TailCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int API_LIMIT_MILLIS = 10_000;

    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final PortOptions ports = new PortOptions();

    @Parameters(arity = "1", paramLabel = "TABLE", description = "a stream, a view or <view>.late")
    private String name = "";

    @Option(
            names = {"-n", "--rows"},
            paramLabel = "N",
            description = "end after so many rows")
    private Optional<Long> limit = Optional.empty();

    @Option(names = "--from-start", description = "begin with the oldest row, not with the next one")
    private boolean fromStart;

    TailCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Settings settings = ports.settings(environment);
        var registry = HttpSchemaRegistry.of(List.of(settings.localRegistry()));
        var rows = new AvroJson(registry);
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                settings.localBroker(),
                "isolation.level",
                "read_committed",
                "default.api.timeout.ms",
                API_LIMIT_MILLIS,
                "enable.auto.commit",
                false);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<PartitionInfo> partitions = partitions(consumer, settings);
            if (partitions.isEmpty()) {
                console.error("no topic \"%s\"".formatted(name));
                return ExitCode.WRONG_USE;
            }
            follow(consumer, partitions, rows);
            return ExitCode.OK;
        }
    }

    private List<PartitionInfo> partitions(KafkaConsumer<byte[], byte[]> consumer, Settings settings) {
        try {
            List<PartitionInfo> partitions = consumer.listTopics().get(name);
            return partitions == null ? List.of() : partitions;
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            throw new PolaroidException(
                    Problem.of(
                            ProblemCode.BROKER_UNREACHABLE,
                            "no broker answers at 127.0.0.1:%d; start one with ./polaroid up, or name its port with POLAROID_KAFKA_PORT"
                                    .formatted(settings.kafkaPort())),
                    e);
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer, List<PartitionInfo> partitions, AvroJson rows) {
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(all);
        if (fromStart) {
            consumer.seekToBeginning(all);
        } else {
            consumer.seekToEnd(all);
        }
        long left = limit.orElse(Long.MAX_VALUE);
        while (left > 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                // Control records have no value.
                List<String> lines = record.value() == null ? List.of() : lines(rows, record.value());
                for (String line : lines.subList(0, (int) Math.min(left, lines.size()))) {
                    left--;
                    console.line(line);
                }
            }
        }
    }

    private static List<String> lines(AvroJson rows, byte[] value) {
        return BatchJson.isBatch(value) ? BatchJson.rows(value) : List.of(rows.text(value));
    }
}

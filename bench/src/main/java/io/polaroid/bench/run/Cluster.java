package io.polaroid.bench.run;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The broker of a benchmark, and what is asked of it from outside. */
public final class Cluster implements AutoCloseable {
    private static final int TRIES = 300;
    private static final long PAUSE_NANOS = 100_000_000;

    private final Jvm broker;
    private final String bootstrap;
    private final Admin admin;

    private Cluster(Jvm broker, String bootstrap) {
        this.broker = broker;
        this.bootstrap = bootstrap;
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
    }

    /** Starts a broker over a folder. */
    public static Cluster start(Jvm.Flags flags, Path folder) {
        var jvm = Jvm.start(
                flags, System.getProperty("java.class.path"), BrokerMain.class.getName(), List.of(folder.toString()));
        return new Cluster(jvm, jvm.await("BROKER", 300));
    }

    /** What clients connect to. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Makes a topic that keeps everything. */
    public void create(String topic, int partitions) {
        get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)
                        .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"))))
                .all());
        // Asks the leaders: a producer whose first batch comes before one is there can have its second taken first, and
        // never ends.
        awaitLeaders(topic);
    }

    private void awaitLeaders(String topic) {
        for (int tries = 0; ; tries++) {
            try {
                ends(List.of(topic));
                return;
            } catch (IllegalStateException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || tries == TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** End offsets of topics. */
    public Map<TopicPartition, Long> ends(Collection<String> topics) {
        var described = get(admin.describeTopics(topics).allTopicNames());
        var wanted = new HashMap<TopicPartition, OffsetSpec>();
        described.forEach((topic, description) -> description
                .partitions()
                .forEach(info -> wanted.put(new TopicPartition(topic, info.partition()), OffsetSpec.latest())));
        return get(admin.listOffsets(wanted).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** Whether a group has committed everything up to these ends. */
    public boolean committed(String group, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return ends.entrySet().stream()
                .allMatch(end -> Optional.ofNullable(offsets.get(end.getKey()))
                                .map(OffsetAndMetadata::offset)
                                .orElse(0L)
                        >= end.getValue());
    }

    /** Bytes on disk of the topics that are chosen, compressed as they are. */
    public long bytes(Predicate<String> chosen) {
        var descriptions = get(admin.describeLogDirs(List.of(1)).allDescriptions());
        return descriptions.values().stream()
                .flatMap(folders -> folders.values().stream())
                .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                .filter(replica -> chosen.test(replica.getKey().topic()))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }

    /** Deletes the topics that are chosen. */
    public void delete(Predicate<String> chosen) {
        var topics = get(admin.listTopics().names()).stream().filter(chosen).toList();
        get(admin.deleteTopics(topics).all());
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}

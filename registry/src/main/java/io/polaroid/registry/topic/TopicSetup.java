package io.polaroid.registry.topic;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes sure of the topic: one partition, compacted. */
final class TopicSetup {
    private static final String CLEANUP = "cleanup.policy";
    private static final String COMPACT = "compact";

    private static final int VERIFY_ATTEMPTS = 100;
    private static final int VERIFY_PAUSE_MS = 100;

    private TopicSetup() {}

    static void ensure(String bootstrapServers, String topic, Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers,
                "client.id", "schema-registry-setup",
                "request.timeout.ms", millis,
                "default.api.timeout.ms", millis);
        try (Admin admin = Admin.create(config)) {
            create(admin, topic);
            verifyOnceKnown(admin, topic);
        } catch (ExecutionException e) {
            throw SchemasTopic.unreachable("topic " + topic + " could not be created or described", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SchemasTopic.unreachable("interrupted while creating topic " + topic, e);
        }
    }

    private static void create(Admin admin, String topic) throws ExecutionException, InterruptedException {
        var compacted = new NewTopic(topic, Optional.of(1), Optional.empty()).configs(Map.of(CLEANUP, COMPACT));
        try {
            admin.createTopics(List.of(compacted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /** A topic that was just made is known to the controller before the brokers answer for it. */
    private static void verifyOnceKnown(Admin admin, String topic) throws ExecutionException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                verify(admin, topic);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || attempt == VERIFY_ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(VERIFY_PAUSE_MS);
            }
        }
    }

    /** A topic that was there already may be one that loses schemas by time or spreads them over partitions. */
    private static void verify(Admin admin, String topic) throws ExecutionException, InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        String cleanup = admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .getOrDefault(resource, new org.apache.kafka.clients.admin.Config(List.of()))
                .get(CLEANUP)
                .value();
        int partitions = admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                .mapToInt(description -> description.partitions().size())
                .sum();
        if (!cleanup.equals(COMPACT) || partitions != 1) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.INVALID_CONFIG,
                    "topic " + topic + " has cleanup.policy=" + cleanup + " and " + partitions
                            + " partition(s); a schema registry needs compact and 1, or schemas are lost"));
        }
    }
}

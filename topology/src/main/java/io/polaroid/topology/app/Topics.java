package io.polaroid.topology.app;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a pipeline. Those that are missing are made to keep everything: event times of a replay are old. */
public final class Topics {
    private static final int ATTEMPTS = 100;
    private static final int PAUSE_MS = 100;

    private static final Map<String, String> EVERYTHING = Map.of(
            TopicConfig.RETENTION_MS_CONFIG, "-1",
            TopicConfig.RETENTION_BYTES_CONFIG, "-1");

    /** Small segments, so that there is something to compact. */
    private static final Map<String, String> NEWEST_OF_EACH_KEY = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.SEGMENT_BYTES_CONFIG,
            Integer.toString(16 << 20));

    private Topics() {}

    /** Topic names and partition counts of a pipeline. */
    public static Map<String, Integer> of(Pipeline pipeline) {
        var topics = new LinkedHashMap<String, Integer>();
        for (StreamSpec stream : pipeline.streams().values()) {
            topics.put(stream.name(), stream.partitions());
        }
        for (ViewSpec view : pipeline.views().values()) {
            int partitions = pipeline.root(view.name()).partitions();
            topics.put(view.name(), partitions);
            topics.put(Names.lateTopic(view.name()), partitions);
        }
        topics.put(Names.deadLetterTopic(pipeline.application()), 1);
        return topics;
    }

    /** Topics of which the newest record of each key is enough, and their partition counts. */
    private static Map<String, Integer> compacted(Pipeline pipeline) {
        var topics = new LinkedHashMap<String, Integer>();
        for (StreamSpec stream : pipeline.streams().values()) {
            topics.put(Names.floorTopic(pipeline.application(), stream.name()), stream.partitions());
        }
        for (ViewSpec view : pipeline.views().values()) {
            if (view.isInOrder() && !pipeline.readersOf(view.name()).isEmpty()) {
                topics.put(
                        Names.floorTopic(pipeline.application(), view.name()),
                        pipeline.root(view.name()).partitions());
            }
        }
        return topics;
    }

    /**
     * Makes the topics that are missing, and waits until all can be written to.
     *
     * <p>Who writes to a topic that its leader does not serve yet can lose records without a word: the first batch is
     * sent again later, the second is taken, and the first then is out of sequence for ever (KAFKA-15591; an idempotent
     * producer with several requests in flight, which is every producer's default).
     *
     * @throws PolaroidException {@code INVALID_CONFIG} if a topic exists with another number of partitions,
     *     {@code BROKER_UNREACHABLE} if the cluster does not answer
     */
    public static void create(Pipeline pipeline, String bootstrapServers) {
        try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            var compacted = compacted(pipeline);
            var wanted = new LinkedHashMap<>(of(pipeline));
            wanted.putAll(compacted);
            var missing = missing(admin, wanted.keySet());
            var created = new ArrayList<NewTopic>();
            for (String name : missing) {
                created.add(new NewTopic(name, Optional.of(Objects.requireNonNull(wanted.get(name))), Optional.empty())
                        .configs(compacted.containsKey(name) ? NEWEST_OF_EACH_KEY : EVERYTHING));
            }
            create(admin, created);
            check(admin, wanted);
            awaitLeaders(admin, wanted);
        } catch (ExecutionException e) {
            throw new PolaroidException(
                    Problem.of(ProblemCode.BROKER_UNREACHABLE, "topics could not be made: " + e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolaroidException(Problem.of(ProblemCode.CANCELLED, "interrupted while making topics"), e);
        }
    }

    private static List<String> missing(Admin admin, Set<String> wanted)
            throws ExecutionException, InterruptedException {
        var existing = admin.listTopics().names().get();
        return wanted.stream().filter(name -> !existing.contains(name)).toList();
    }

    private static void create(Admin admin, List<NewTopic> topics) throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static void check(Admin admin, Map<String, Integer> wanted)
            throws ExecutionException, InterruptedException {
        var descriptions = onceKnown(
                () -> admin.describeTopics(wanted.keySet()).allTopicNames().get());
        for (var topic : wanted.entrySet()) {
            int partitions = Objects.requireNonNull(descriptions.get(topic.getKey()))
                    .partitions()
                    .size();
            if (partitions != topic.getValue()) {
                throw new PolaroidException(Problem.of(
                        ProblemCode.INVALID_CONFIG,
                        "topic " + topic.getKey() + " has " + partitions + " partitions, the pipeline says "
                                + topic.getValue() + "; set partitions: " + partitions + " or use another topic"));
            }
        }
    }

    /** Only the broker that leads a partition, and serves it, says where it ends; the client asks until it does. */
    private static void awaitLeaders(Admin admin, Map<String, Integer> topics)
            throws ExecutionException, InterruptedException {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        topics.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                partitions.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        });
        onceKnown(() -> admin.listOffsets(partitions).all().get());
    }

    /** What is asked of topics; asked again where a broker does not know yet what the controller has made. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws ExecutionException, InterruptedException;
    }

    private static <T> T onceKnown(Question<T> question) throws ExecutionException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return question.ask();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || attempt == ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}

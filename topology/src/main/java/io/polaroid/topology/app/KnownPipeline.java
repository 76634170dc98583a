package io.polaroid.topology.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.Signature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the streams and views of an application were when it last started, in the compacted topic {@code <application>.pipeline}: key
 * {@code view bars_1m}, value JSON {@code {"signature", "removed", "since"}}. State and topics are named after views, so a view
 * that changed or took another name would go on with results of another kind, or without its own; a start that would do that is refused.
 */
final class KnownPipeline {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Pipeline pipeline;
    private final String servers;
    private final TopicPartition topic;

    private KnownPipeline(Pipeline pipeline, String servers) {
        this.pipeline = pipeline;
        this.servers = servers;
        this.topic = new TopicPartition(Names.pipelineTopic(pipeline.application()), 0);
    }

    /**
     * Checks a pipeline against the one before and writes down what is new.
     *
     * @throws PolaroidException {@code INVALID_CONFIG} if it would go on with state that is not its own
     */
    static void check(Pipeline pipeline, String servers) {
        var known = new KnownPipeline(pipeline, servers);
        known.createTopic();
        var before = known.read();
        var now = Signature.of(pipeline);
        refusal(before, now).ifPresent(reason -> {
            throw new PolaroidException(Problem.of(ProblemCode.INVALID_CONFIG, reason));
        });
        known.write(before, now);
    }

    /** Why a pipeline cannot follow another; by name, what is removed is null. */
    static Optional<String> refusal(Map<String, Entry> before, Map<String, String> now) {
        for (var known : before.entrySet()) {
            var name = known.getKey();
            var entry = known.getValue();
            var signature = now.get(name);
            if (signature == null && !entry.removed()) {
                var renamed = now.entrySet().stream()
                        .filter(other -> !before.containsKey(other.getKey())
                                && kind(other.getKey()).equals(kind(name))
                                && kind(name).equals("view")
                                && other.getValue().equals(entry.signature()))
                        .findFirst();
                if (renamed.isPresent()) {
                    return Optional.of(
                            "%s is now called %s: state and topics are named after views, so its results would stay behind; keep the name, or keep %s and add the other beside it"
                                    .formatted(name, bare(renamed.get().getKey()), bare(name)));
                }
            } else if (signature != null && entry.removed()) {
                return Optional.of(
                        "%s was part of this application and was removed; its topic and state end there, and would go on with a hole; give it another name"
                                .formatted(name));
            } else if (signature != null && !signature.equals(entry.signature())) {
                return Optional.of(
                        "%s has changed from \"%s\" to \"%s\"; its state and topic hold results of the first; give it another name"
                                .formatted(name, entry.signature(), signature));
            }
        }
        return Optional.empty();
    }

    private static String kind(String name) {
        return name.substring(0, name.indexOf(' '));
    }

    private static String bare(String name) {
        return name.substring(name.indexOf(' ') + 1);
    }

    /**
     * What is known of a stream or view.
     *
     * @param signature what its results mean
     * @param removed whether it was taken out of the pipeline
     */
    record Entry(String signature, boolean removed) {}

    private void createTopic() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(topic.topic(), Optional.of(1), Optional.empty())
                            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw away(e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private SequencedMap<String, Entry> read() {
        var entries = new TreeMap<String, Entry>();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", servers, "enable.auto.commit", false, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            long end = consumer.endOffsets(List.of(topic), LIMIT).getOrDefault(topic, 0L);
            while (consumer.position(topic, LIMIT) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    var json = JSON.readTree(record.value());
                    entries.put(
                            new String(record.key(), StandardCharsets.UTF_8),
                            new Entry(
                                    json.path("signature").asText(),
                                    json.path("removed").asBoolean()));
                }
            }
            return entries;
        } catch (org.apache.kafka.common.KafkaException | java.io.IOException e) {
            throw away(e);
        }
    }

    private void write(Map<String, Entry> before, Map<String, String> now) {
        var changed = new LinkedHashMap<String, Entry>();
        now.forEach((name, signature) -> {
            if (!before.containsKey(name)) {
                changed.put(name, new Entry(signature, false));
            }
        });
        before.forEach((name, entry) -> {
            if (!now.containsKey(name) && !entry.removed()) {
                changed.put(name, new Entry(entry.signature(), true));
            }
        });
        if (changed.isEmpty()) {
            return;
        }
        var since = before.isEmpty() ? Map.<String, Long>of() : position();
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var entry : changed.entrySet()) {
                producer.send(new ProducerRecord<>(
                                topic.topic(),
                                0,
                                entry.getKey().getBytes(StandardCharsets.UTF_8),
                                json(entry.getValue(), since)))
                        .get();
            }
        } catch (ExecutionException e) {
            throw away(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** {@code since}: where the application stood when the entry was written; empty in its first start. */
    private static byte[] json(Entry entry, Map<String, Long> since) {
        ObjectNode json =
                JSON.createObjectNode().put("signature", entry.signature()).put("removed", entry.removed());
        ObjectNode position = json.putObject("since");
        since.forEach(position::put);
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Long> position() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            var position = new TreeMap<String, Long>();
            admin.listConsumerGroupOffsets(pipeline.application())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            position.put(partition.toString(), offset.offset());
                        }
                    });
            return position;
        } catch (ExecutionException e) {
            throw away(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private PolaroidException away(Exception cause) {
        return new PolaroidException(
                Problem.of(
                        ProblemCode.BROKER_UNREACHABLE,
                        "topic %s cannot be read or written: %s".formatted(topic.topic(), cause.getMessage())),
                cause);
    }

    private static PolaroidException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new PolaroidException(Problem.of(ProblemCode.CANCELLED, "interrupted while reading the pipeline"), e);
    }
}

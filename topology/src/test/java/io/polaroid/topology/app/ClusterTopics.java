package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.ClusterMarket;
import io.polaroid.topology.processor.PipelineTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a read_committed consumer finds in the output topics. */
final class ClusterTopics {
    private final String servers;
    private final HashRegistry registry;
    private final PipelineTopology topology;

    ClusterTopics(String servers, HashRegistry registry, PipelineTopology topology) {
        this.servers = servers;
        this.registry = registry;
        this.topology = topology;
    }

    /** A published result as it stands in its topic; what the oracle knows of it as text. */
    record Published(long offset, long micros, String key, long revision, String cells) {}

    /** What a view has published in a partition, after checking that revisions count up from 0, each once. */
    List<Published> published(String view, int partition) {
        var codec = codec(view);
        var names = columns(codec);
        int revision = names.indexOf("revision");
        int rowOffset = names.indexOf("row_offset");
        var published = new ArrayList<Published>();
        var revisions = new HashMap<String, Long>();
        for (var record : records(view, partition)) {
            var row = codec.decode(record.value()).orThrow();
            if (!row.isNull(revision)) {
                var key = row.valueAt(0) + "/" + row.longAt(1) + (rowOffset < 0 ? "" : "/" + row.longAt(rowOffset));
                assertThat(row.longAt(revision))
                        .as("revision of %s %s", view, key)
                        .isEqualTo(revisions.merge(key, 0L, (old, zero) -> old + 1));
                published.add(new Published(
                        record.offset(),
                        row.longAt(1),
                        key,
                        row.longAt(revision),
                        ClusterMarket.cells(view, row::isNull, row::doubleAt, row::longAt)));
            }
        }
        return published;
    }

    /** How the rows of a view are read and written. */
    RowCodec codec(String view) {
        return RowCodec.of(topology.viewAvroSchema(view), view + "-value", registry)
                .orThrow();
    }

    /** What instances write. */
    static List<String> names() {
        var names = new ArrayList<String>();
        names.add("market.dead-letter");
        for (String view : ClusterMarket.VIEWS) {
            names.add(view);
            names.add(view + ".late");
        }
        return names;
    }

    private static List<String> columns(RowCodec codec) {
        return codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
    }

    /** {@code input-partition/offset} of the late rows of a view, after checking that each is there once. */
    Set<String> late(String view) {
        var codec = RowCodec.of(BuiltInSchemas.late(), view + ".late-value", registry)
                .orThrow();
        var found = new ArrayList<String>();
        for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
            for (var record : records(view + ".late", partition)) {
                var row = codec.decode(record.value()).orThrow();
                found.add(text(codec, row, "input") + "-" + text(codec, row, "partition") + "/"
                        + text(codec, row, "offset"));
            }
        }
        assertThat(found).as("late rows of %s", view).doesNotHaveDuplicates();
        return new TreeSet<>(found);
    }

    /** {@code topic-partition/offset} of the dead letters, each as often as it is there. */
    List<String> deadLetters() {
        var codec = RowCodec.of(BuiltInSchemas.deadLetter(), "market.dead-letter-value", registry)
                .orThrow();
        return records("market.dead-letter", 0).stream()
                .map(record -> codec.decode(record.value()).orThrow())
                .map(row -> text(codec, row, "origin").replace("topic:", "") + "-" + text(codec, row, "partition") + "/"
                        + text(codec, row, "offset"))
                .toList();
    }

    private static String text(RowCodec codec, Row row, String column) {
        var fields = codec.arrowSchema().getFields();
        int index = fields.indexOf(codec.arrowSchema().findField(column));
        return String.valueOf(row.valueAt(index));
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic, int partition) {
        var at = new TopicPartition(topic, partition);
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            long end = consumer.endOffsets(List.of(at)).getOrDefault(at, 0L);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (consumer.position(at) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.value() != null) {
                        records.add(record);
                    }
                }
            }
            return records;
        }
    }
}

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
import java.util.TreeMap;
import java.util.TreeSet;
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

    /** Newest published revision of each result of a partition, after checking that revisions count up from 0, each once. */
    Map<String, String> newest(String view, int partition) {
        var codec = RowCodec.of(topology.viewAvroSchema(view), view + "-value", registry)
                .orThrow();
        var names = codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
        int revision = names.indexOf("revision");
        int rowOffset = names.indexOf("row_offset");
        var newest = new TreeMap<String, String>();
        var revisions = new HashMap<String, Long>();
        for (byte[] value : values(view, partition)) {
            var row = codec.decode(value).orThrow();
            if (!row.isNull(revision)) {
                var key = row.valueAt(0) + "/" + row.valueAt(1) + (rowOffset < 0 ? "" : "/" + row.valueAt(rowOffset));
                assertThat(row.longAt(revision))
                        .as("revision of %s %s", view, key)
                        .isEqualTo(revisions.merge(key, 0L, (old, zero) -> old + 1));
                newest.put(key, ClusterMarket.cells(view, row::isNull, row::doubleAt, row::longAt));
            }
        }
        return newest;
    }

    /** {@code input-partition/offset} of the late rows of a view, after checking that each is there once. */
    Set<String> late(String view) {
        var codec = RowCodec.of(BuiltInSchemas.late(), view + ".late-value", registry)
                .orThrow();
        var found = new ArrayList<String>();
        for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
            for (byte[] value : values(view + ".late", partition)) {
                var row = codec.decode(value).orThrow();
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
        return values("market.dead-letter", 0).stream()
                .map(value -> codec.decode(value).orThrow())
                .map(row -> text(codec, row, "origin").replace("topic:", "") + "-" + text(codec, row, "partition") + "/"
                        + text(codec, row, "offset"))
                .toList();
    }

    private static String text(RowCodec codec, Row row, String column) {
        var fields = codec.arrowSchema().getFields();
        int index = fields.indexOf(codec.arrowSchema().findField(column));
        return String.valueOf(row.valueAt(index));
    }

    private List<byte[]> values(String topic, int partition) {
        var at = new TopicPartition(topic, partition);
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            long end = consumer.endOffsets(List.of(at)).getOrDefault(at, 0L);
            var values = new ArrayList<byte[]>();
            while (consumer.position(at) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.value() != null) {
                        values.add(record.value());
                    }
                }
            }
            return values;
        }
    }
}

package io.polaroid.query.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.catalog.Lake;
import io.polaroid.query.engine.EngineLimits;
import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Side topics as tables, on a real broker. */
class TopicTableIT {
    private final EmbeddedBroker broker = EmbeddedBroker.shared();
    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final BufferAllocator allocator = new RootAllocator();
    private String late;
    private String dead;
    private QueryEngine engine;

    @BeforeEach
    void start() {
        late = broker.newTopic("late", 2);
        dead = broker.newTopic("dead", 1);
        var reader = new TopicReader(broker.bootstrapServers(), registry, Duration.ofSeconds(20));
        var tables = List.of(
                TopicTable.of("bars_1s.late", new TopicSource(late, BuiltInSchemas.late()), reader)
                        .orThrow(),
                TopicTable.of("dead_letter", new TopicSource(dead, BuiltInSchemas.deadLetter()), reader)
                        .orThrow(),
                TopicTable.of("missing", new TopicSource("no-such-topic", BuiltInSchemas.late()), reader)
                        .orThrow());
        engine = QueryEngine.open(
                new EngineLimits(256L << 20, 2, 4, Duration.ofSeconds(60), List.of()),
                new Catalog(List::of, tables, new Lake(Map.of())),
                allocator);
    }

    @AfterEach
    void stop() {
        engine.close();
        allocator.close();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", late),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private byte[] lateRow(String series, long lateness) {
        var codec =
                RowCodec.of(BuiltInSchemas.late(), late + "-value", registry).orThrow();
        return codec.encode(ArrayRow.of(
                "bars_1s", "trades", series, 5L, 0L, 1_000_000L, lateness, "side", 1L, 17L, "{\"price\": 1}"));
    }

    private Result<List<String>> rows(String sql) {
        return engine.query(sql, new QueryControl()).flatMap(result -> {
            try (result) {
                var rows = new ArrayList<String>();
                return result.forEach(
                                1_000,
                                batch -> batch.contentToTSVString()
                                        .lines()
                                        .skip(1)
                                        .forEach(rows::add))
                        .map(count -> rows);
            }
        });
    }

    private Problem problem(String sql) {
        return switch (rows(sql)) {
            case Result.Err<List<String>>(var problem) -> problem;
            case Result.Ok<List<String>>(var rows) -> throw new AssertionError("no problem but " + rows);
        };
    }

    @Test
    void givesCommittedRowsByEitherSpellingOfTheName() {
        try (var producer = producer()) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(late, 0, null, lateRow("A", 10)));
            producer.send(new ProducerRecord<>(late, 1, null, lateRow("B", 20)));
            producer.send(new ProducerRecord<>(late, 1, "control".getBytes(StandardCharsets.UTF_8), null));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(late, 0, null, lateRow("aborted", 30)));
            producer.flush();
            producer.abortTransaction();
        }
        var columns = "SELECT series, lateness_us, decision, ts, partition, _partition, _offset FROM ";
        var expected = List.of("A\t10\tside\t5\t1\t0\t0", "B\t20\tside\t5\t1\t1\t0");
        assertThat(rows(columns + "\"bars_1s.late\" ORDER BY 1").orThrow()).isEqualTo(expected);
        assertThat(rows(columns + "bars_1s.late ORDER BY 1").orThrow()).isEqualTo(expected);
        assertThat(rows(columns + "bars_1s . \"late\" AS é ORDER BY é.series").orThrow())
                .isEqualTo(expected);
        assertThat(rows("SELECT 'é', late.series, x.series FROM bars_1s.late JOIN bars_1s.late x USING (lateness_us) "
                                + "WHERE late.series = 'A'")
                        .orThrow())
                .containsExactly("é\tA\tA");
    }

    @Test
    void givesBytesAndNulls() {
        var codec = RowCodec.of(BuiltInSchemas.deadLetter(), dead + "-value", registry)
                .orThrow();
        try (var producer = producer()) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(
                    dead,
                    codec.encode(ArrayRow.of(
                            "malformed-record", "no", "topic:trades", "trades", 3L, null, null, new byte[] {1, 2}))));
            producer.commitTransaction();
        }
        assertThat(rows("SELECT reason, partition, \"offset\", key IS NULL, octet_length(payload) FROM dead_letter")
                        .orThrow())
                .containsExactly("malformed-record\t3\tnull\ttrue\t2");
    }

    @Test
    void givesNoRowsOfAnEmptyTopic() {
        assertThat(rows("SELECT * FROM dead_letter").orThrow()).isEmpty();
    }

    @Test
    void saysWhatItCannotRead() {
        try (var producer = producer()) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(late, 1, null, new byte[] {9, 9}));
            producer.commitTransaction();
        }
        var malformed = problem("SELECT * FROM bars_1s.late");
        assertThat(malformed.code()).isEqualTo(ProblemCode.MALFORMED_RECORD);
        assertThat(malformed.context()).containsEntry("partition", "1").containsEntry("offset", "0");
        assertThat(problem("SELECT * FROM missing").code()).isEqualTo(ProblemCode.UNKNOWN_TABLE);
    }
}

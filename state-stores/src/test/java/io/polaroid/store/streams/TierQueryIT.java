package io.polaroid.store.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Floors;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.query.ArrowQuery;
import io.polaroid.store.query.ArrowRows;
import io.polaroid.store.query.KeyRange;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code KafkaStreams.query} of row and result tiers on a real broker, of an active task, its standby, and amid a transaction. */
@ExtendWith(Allocators.class)
class TierQueryIT {
    private static final UnaryOperator<StateQueryRequest<ArrowRows>> ACTIVE = StateQueryRequest::requireActive;
    private static final UnaryOperator<StateQueryRequest<ArrowRows>> ANY = UnaryOperator.identity();

    @TempDir
    Path folder;

    private final EmbeddedBroker broker = EmbeddedBroker.shared();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private KafkaStreams start(
            String input, String output, String name, LongPredicate after, BufferAllocator allocator) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "app-" + input);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(name).toString());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
        properties.put("producer.transaction.timeout.ms", 60_000);
        var topology = SumTopology.of(input, output, Duration.ofHours(1), allocator, Floors.NONE, after);
        var streams = new KafkaStreams(topology, properties, Stores.clients());
        streams.start();
        return streams;
    }

    private boolean stopsAtThree(long offset) {
        if (offset == 3) {
            reached.countDown();
            try {
                assertThat(released.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return false;
    }

    private long produce(String input, String series, long seconds, double price) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] row = TextIntake.value(seconds * 1_000_000_000L, null, price, 1, null, null, null);
            return producer.send(new ProducerRecord<>(input, 0, seconds * 1_000, SumTopology.utf8(series), row))
                    .get()
                    .offset();
        }
    }

    private static QueryResult<ArrowRows> answer(
            KafkaStreams streams,
            String store,
            ArrowQuery query,
            PositionBound bound,
            UnaryOperator<StateQueryRequest<ArrowRows>> options) {
        try {
            var request = StateQueryRequest.inStore(store).withQuery(query).withPositionBound(bound);
            QueryResult<ArrowRows> result =
                    streams.query(options.apply(request)).getPartitionResults().get(0);
            return result == null ? QueryResult.forFailure(FailureReason.NOT_PRESENT, "nowhere") : result;
        } catch (InvalidStateStoreException notRunning) {
            return QueryResult.forFailure(FailureReason.NOT_PRESENT, String.valueOf(notRunning.getMessage()));
        }
    }

    /** The prices or sums of the first answer that is up to a bound; of an active task Kafka Streams does not ask for it. */
    private static List<String> values(
            KafkaStreams streams,
            String store,
            Supplier<ArrowQuery> query,
            PositionBound bound,
            UnaryOperator<StateQueryRequest<ArrowRows>> options)
            throws InterruptedException {
        while (true) {
            var answer = answer(streams, store, query.get(), bound, options);
            if (answer.isFailure()) {
                TimeUnit.MILLISECONDS.sleep(20);
                continue;
            }
            try (ArrowRows rows = answer.getResult()) {
                assertThat(rows.position()).isEqualTo(answer.getPosition());
                if (options == ACTIVE && !rows.position().equals(bound.position())) {
                    continue;
                }
                assertThat(rows.position()).isEqualTo(bound.position());
                var values = new ArrayList<String>();
                for (int row = 0; row < rows.rows().getRowCount(); row++) {
                    values.add(String.valueOf(rows.rows().getVector(2).getObject(row)));
                }
                return values;
            }
        }
    }

    private static void assertAllKinds(
            KafkaStreams streams,
            PositionBound bound,
            UnaryOperator<StateQueryRequest<ArrowRows>> options,
            BufferAllocator allocator)
            throws Exception {
        for (String store : List.of(SumTopology.ROWS, SumTopology.SUMS)) {
            Supplier<ArrowQuery> point = () -> ArrowQuery.point("B", Instant.ofEpochSecond(2), allocator);
            assertThat(values(streams, store, point, bound, options)).containsExactly("2.0");
            Supplier<ArrowQuery> range = () ->
                    ArrowQuery.range(KeyRange.all(), Instant.ofEpochSecond(1), Instant.ofEpochSecond(3), allocator);
            assertThat(values(streams, store, range, bound, options)).containsExactly("1.0", "2.0");
            Supplier<ArrowQuery> asOf = () -> ArrowQuery.asOf("A", Instant.ofEpochSecond(2), allocator);
            assertThat(values(streams, store, asOf, bound, options)).containsExactly("1.0");
            Supplier<ArrowQuery> latest = () -> ArrowQuery.latest(allocator);
            assertThat(values(streams, store, latest, bound, options)).containsExactly("3.0", "2.0");
        }
    }

    private static boolean isNotActive(KafkaStreams streams, PositionBound bound, BufferAllocator allocator) {
        var answer = answer(streams, SumTopology.SUMS, ArrowQuery.latest(allocator), bound, ACTIVE);
        if (answer.isSuccess()) {
            answer.getResult().close();
            return false;
        }
        return answer.getFailureReason() == FailureReason.NOT_ACTIVE;
    }

    private static void close(KafkaStreams streams) {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void honoursPositionsOfActiveAndStandby(BufferAllocator allocator) throws Exception {
        // Given
        String input = broker.newTopic("tiers", 1);
        String output = broker.newTopic("tiers-out", 1);
        var active = start(input, output, "active", this::stopsAtThree, allocator);
        try {
            produce(input, "A", 1, 1.0);
            produce(input, "B", 2, 2.0);
            long last = produce(input, "A", 3, 3.0);
            var bound = PositionBound.at(Position.emptyPosition().withComponent(input, 0, last));
            // Then the active task answers at the position of the commit that has the last row
            assertAllKinds(active, bound, ACTIVE, allocator);
            assertAllKinds(active, bound, ANY, allocator);
            // And so does each of two, whichever of them the task is active at now
            var other = start(input, output, "other", this::stopsAtThree, allocator);
            try {
                var both = List.of(active, other);
                for (KafkaStreams streams : both) {
                    assertAllKinds(streams, bound, ANY, allocator);
                }
                // When a row is in the stores whose transaction is open
                long open = produce(input, "B", 4, 4.0);
                assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
                var ahead = PositionBound.at(Position.emptyPosition().withComponent(input, 0, open));
                var notActive = new ArrayList<KafkaStreams>();
                for (KafkaStreams streams : both) {
                    for (String store : List.of(SumTopology.ROWS, SumTopology.SUMS)) {
                        assertThat(answer(streams, store, ArrowQuery.latest(allocator), ahead, ANY)
                                        .getFailureReason())
                                .isEqualTo(FailureReason.NOT_UP_TO_BOUND);
                        assertThat(values(streams, store, () -> ArrowQuery.latest(allocator), bound, ANY))
                                .containsExactly("3.0", "2.0");
                    }
                    if (isNotActive(streams, bound, allocator)) {
                        notActive.add(streams);
                    }
                }
                assertThat(notActive).as("the one where the task stands by").hasSize(1);
                // Then it is seen when that has committed
                released.countDown();
                for (KafkaStreams streams : both) {
                    assertThat(values(streams, SumTopology.SUMS, () -> ArrowQuery.latest(allocator), ahead, ANY))
                            .containsExactly("3.0", "4.0");
                }
            } finally {
                released.countDown();
                close(other);
            }
        } finally {
            released.countDown();
            close(active);
        }
    }
}

package io.polaroid.store.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.query.ArrowQuery;
import io.polaroid.store.query.ArrowRows;
import io.polaroid.store.query.KeyRange;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.testsupport.Allocators;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Arrow queries of row and result tiers. */
@ExtendWith(Allocators.class)
class TierQueryTest {
    private static final QueryConfig CONFIG = new QueryConfig(false);
    private static final QueryConfig EXPLAINED = new QueryConfig(true);

    private static Instant second(double seconds) {
        return Instant.ofEpochMilli(Math.round(seconds * 1_000));
    }

    /** The values of one column of the answer. */
    private static List<String> ask(StateStore store, ArrowQuery query, String column) {
        QueryResult<ArrowRows> result = store.query(query, PositionBound.unbounded(), CONFIG);
        try (ArrowRows rows = result.getResult()) {
            var values = new ArrayList<String>();
            for (int i = 0; i < rows.rows().getRowCount(); i++) {
                values.add(String.valueOf(rows.rows().getVector(column).getObject(i)));
            }
            return values;
        }
    }

    @Test
    void findPointsRangesAndTheLatest(BufferAllocator allocator) {
        var properties = new Properties();
        properties.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, "driver");
        try (var driver =
                new TopologyTestDriver(SumTopology.of("in", "out", Duration.ofHours(1), allocator), properties)) {
            var input = driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
            for (int i = 0; i < 8; i++) {
                byte[] row = TextIntake.value(1_500_000_000L + i * 500_000_000L, null, i, 1, null, null, null);
                input.pipeInput(SumTopology.utf8(i % 2 == 0 ? "A" : "B"), row);
            }
            StateStore rows = driver.getStateStore(SumTopology.ROWS);
            assertThat(ask(rows, ArrowQuery.point("B", second(2), allocator), "price"))
                    .containsExactly("1.0");
            assertThat(ask(rows, ArrowQuery.point("A", second(2), allocator), "price"))
                    .isEmpty();
            assertThat(ask(rows, ArrowQuery.range(KeyRange.only("A"), second(1.5), second(3.5), allocator), "price"))
                    .containsExactly("0.0", "2.0");
            assertThat(ask(rows, ArrowQuery.range(KeyRange.all(), second(1.5), second(2.5), allocator), "price"))
                    .containsExactly("0.0", "1.0");
            assertThat(ask(rows, ArrowQuery.asOf("A", second(3.4), allocator), "price"))
                    .containsExactly("2.0");
            assertThat(ask(rows, ArrowQuery.latest(allocator), "price")).containsExactly("6.0", "7.0");
            StateStore sums = driver.getStateStore(SumTopology.SUMS);
            assertThat(ask(sums, ArrowQuery.latest(allocator), "symbol")).containsExactly("A", "B");
            assertThat(ask(sums, ArrowQuery.asOf("B", second(3.9), allocator), "close"))
                    .containsExactly("3.0");
        }
    }

    @Test
    void tellTheirPositionAndRefuseWhatTheyAreNotUpTo(BufferAllocator allocator) {
        var properties = new Properties();
        properties.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, "driver");
        try (var driver =
                new TopologyTestDriver(SumTopology.of("in", "out", Duration.ofHours(1), allocator), properties)) {
            var input = driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
            var stores = List.of(driver.getStateStore(SumTopology.ROWS), driver.getStateStore(SumTopology.SUMS));
            // Of rows, of what is none, and of what a restore would not even see
            byte[] row = TextIntake.value(1_500_000_000L, null, 1.0, 1, null, null, null);
            input.pipeInput(SumTopology.utf8("A"), row);
            input.pipeInput(SumTopology.utf8("A"), SumTopology.utf8("rubbish"));
            input.pipeInput(null, row);
            for (StateStore store : stores) {
                for (long offset = 0; offset < 6; offset++) {
                    var bound = PositionBound.at(Position.emptyPosition()
                            .withComponent("in", 0, offset)
                            .withComponent("in", 7, 1_000));
                    QueryResult<ArrowRows> answer = store.query(ArrowQuery.latest(allocator), bound, EXPLAINED);
                    if (offset < 3) {
                        try (ArrowRows rows = answer.getResult()) {
                            assertThat(rows.rows().getRowCount()).isEqualTo(1);
                            assertThat(rows.position())
                                    .isEqualTo(Position.emptyPosition().withComponent("in", 0, 2));
                            assertThat(answer.getPosition()).isEqualTo(rows.position());
                            assertThat(answer.getExecutionInfo())
                                    .singleElement()
                                    .asString()
                                    .endsWith("from committed rows: looked at 1 rows of 1, in 1 chunks of 1");
                        }
                    } else {
                        assertThat(answer.getFailureReason()).isEqualTo(FailureReason.NOT_UP_TO_BOUND);
                    }
                }
                assertThat(store.getPosition())
                        .isEqualTo(Position.emptyPosition().withComponent("in", 0, 2));
                var elsewhere = PositionBound.at(Position.emptyPosition().withComponent("other", 0, 0));
                QueryResult<TableSnapshot.Part> refused = store.query(Stores.snapshot(allocator), elsewhere, CONFIG);
                assertThat(refused.getFailureReason()).isEqualTo(FailureReason.NOT_UP_TO_BOUND);
            }
        }
    }
}

package io.polaroid.store.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.testsupport.Allocators;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Allocators.class)
class DriverTest {
    private static TopologyTestDriver driver(BufferAllocator allocator, String guarantee) {
        var properties = new Properties();
        properties.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, "driver");
        properties.setProperty(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        return new TopologyTestDriver(SumTopology.of("in", "out", Duration.ofHours(1), allocator), properties);
    }

    private static TableSnapshot.Part snapshot(StateStore store, BufferAllocator allocator) {
        return store.query(Stores.snapshot(allocator), PositionBound.unbounded(), new QueryConfig(false))
                .getResult();
    }

    private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver) {
        return driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] row(long time, double price) {
        return TextIntake.value(time, null, price, 1, null, null, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
    void forwardsFromTheFlushAndLogsAndPublishesWithEachCommit(String guarantee, BufferAllocator allocator) {
        try (var driver = driver(allocator, guarantee)) {
            var output = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
            // When
            input(driver).pipeInput(SumTopology.utf8("A"), row(1_500_000_000L, 2.5));
            input(driver).pipeInput(SumTopology.utf8("A"), row(1_600_000_000L, 4.0));
            input(driver).pipeInput(SumTopology.utf8("B"), SumTopology.utf8("rubbish"));
            // Then
            assertThat(output.readKeyValuesToList())
                    .containsExactly(KeyValue.pair("A@1000000000", "1=2.5"), KeyValue.pair("A@1000000000", "2=6.5"));
            ResultTier sums = (ResultTier) driver.getStateStore(SumTopology.SUMS);
            RowTier rows = (RowTier) driver.getStateStore(SumTopology.ROWS);
            assertThat(sums.committedCounts()).isEqualTo(Map.of("Accepted", 2L, "Malformed", 1L));
            assertThat(rows.status().rows()).isEqualTo(2);
            var results = snapshot(sums, allocator);
            try (var root = results.rows()) {
                assertThat(root.contentToTSVString()).contains("A\t1000000\t6.5\tnull\t1\tnull\t2");
                assertThat(results.committedOffset()).isEqualTo(2);
                assertThat(results.progressNanos()).isEqualTo(1_600_000_000L);
            }
            try (var root = snapshot(rows, allocator).rows()) {
                assertThat(root.getRowCount()).isEqualTo(2);
            }
        }
    }
}

package io.polaroid.schemas.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.row.ArrayRow;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesKeyTest {
    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.of("BTCUSDT", new Object[] {"BTCUSDT"}),
                Arguments.of("a|b", new Object[] {"a", "b"}),
                Arguments.of("a\\|b", new Object[] {"a|b"}),
                Arguments.of("a\\\\|b", new Object[] {"a\\", "b"}),
                Arguments.of("\\N", new Object[] {null}),
                Arguments.of("\\\\N", new Object[] {"\\N"}),
                Arguments.of("|", new Object[] {"", ""}),
                Arguments.of("", new Object[] {""}),
                Arguments.of("7|-7", new Object[] {7L, -7L}),
                Arguments.of("0.1", new Object[] {0.1}),
                Arguments.of("100000000000000000000000", new Object[] {1e23}),
                Arguments.of("0.000000001", new Object[] {1e-9}),
                Arguments.of("0", new Object[] {-0.0}),
                Arguments.of("NaN|Infinity", new Object[] {Double.NaN, Double.POSITIVE_INFINITY}),
                Arguments.of("100|0.5", new Object[] {new BigDecimal("1E+2"), new BigDecimal("0.500")}),
                Arguments.of("true", new Object[] {true}),
                Arguments.of("00ff", new Object[] {new byte[] {0, -1}}));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void writesKeys(String key, Object[] cells) {
        List<Integer> columns =
                java.util.stream.IntStream.range(0, cells.length).boxed().toList();

        assertThat(SeriesKey.of(new ArrayRow(cells), columns)).isEqualTo(key);
    }

    @Test
    void takesColumnsInDeclaredOrder() {
        assertThat(SeriesKey.of(ArrayRow.of("a", "b", "c"), List.of(2, 0))).isEqualTo("c|a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7, 100})
    void partitionsAsJavaProducersDo(int partitions) {
        for (int i = 0; i < 1_000; i++) {
            String key = "série-" + i;
            assertThat(SeriesKey.partition(key, partitions))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions));
        }
    }

    @Test
    void theDemosSymbolsShareAPartition() {
        assertThat(SeriesKey.partition("BTCUSDT", 4)).isEqualTo(2);
        assertThat(SeriesKey.partition("BTCUSD_PERP", 4)).isEqualTo(2);
    }
}

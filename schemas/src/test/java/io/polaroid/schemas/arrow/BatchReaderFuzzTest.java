package io.polaroid.schemas.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams with bytes changed, cut, copied and put in: rows that can be looked at, or a reason. */
class BatchReaderFuzzTest {
    private static List<byte[]> seeds() {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 20; i++) {
            rows.add(ArrayRow.of(i % 3 == 0 ? "A" : "Bü" + i, 1_000L + i, 1.5, 2.0, i % 4 == 0 ? null : (long) i));
        }
        byte[] encoded = ArrowBytes.encoded("symbol", 8, List.of("A", "B"), List.of("A", "B", "A"), allocator -> {
            var ts = (TimeStampVector) ArrowBytes.field("ts", new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"))
                    .createVector(allocator);
            var price = new Float8Vector("price", allocator);
            var size = new Float8Vector("size", allocator);
            ts.setValueCount(3);
            price.setValueCount(3);
            size.setValueCount(3);
            return List.of(ts, price, size);
        });
        return List.of(BatchWriter.of(BatchReaderTest.TRADE).write(rows), encoded);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyBytesGiveRowsOrAReason(long seed) {
        var random = new SplittableRandom(seed);
        var reader = BatchReader.of(BatchReaderTest.TRADE, List.of(0));
        var seeds = seeds();
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] value = mutated(seeds.get(random.nextInt(seeds.size())), random);
            switch (reader.read(value, 0, value.length)) {
                case Result.Ok<BatchRows> ok -> {
                    read++;
                    look(ok.value());
                }
                case Result.Err<BatchRows> err -> {
                    refused++;
                    assertThat(err.problem().detail())
                            .as("seed %d step %d", seed, i)
                            .isNotBlank();
                }
            }
        }
        assertThat(read).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    private static void look(BatchRows rows) {
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.at(i);
            for (int column = 0; column < 5; column++) {
                if (!row.isNull(column)) {
                    assertThat(row.valueAt(column)).isNotNull();
                }
            }
            rows.key(i);
            rows.flaw(i);
        }
    }

    private static byte[] mutated(byte[] seed, SplittableRandom random) {
        byte[] value = seed.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(value.length);
            switch (random.nextInt(6)) {
                case 0 -> value[at] = (byte) random.nextInt();
                case 1 -> value[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> value[at] = (byte) (random.nextBoolean() ? 0x7F : 0xFF);
                case 3 -> value = Arrays.copyOf(value, Math.max(1, at));
                case 4 -> {
                    int length = Math.min(random.nextInt(1, 17), value.length - at);
                    System.arraycopy(value, random.nextInt(value.length - length + 1), value, at, length);
                }
                default -> Arrays.fill(value, at, Math.min(value.length, at + 8), (byte) random.nextInt(-1, 1));
            }
        }
        return value;
    }
}

package io.polaroid.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** A reader reads what the codec decodes, wherever the bytes are and whatever was read before. */
class RowReaderTest {
    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type": "record", "name": "Mixed", "fields": [
              {"name": "text", "type": "string"},
              {"name": "maybe", "type": ["null", "string"]},
              {"name": "whole", "type": ["null", "long"]},
              {"name": "small", "type": "int"},
              {"name": "number", "type": ["null", "double"]},
              {"name": "flag", "type": "boolean"},
              {"name": "raw", "type": "bytes"},
              {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}}
            ]}""");

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final RowCodec codec = RowCodec.of(SCHEMA, "mixed-value", registry).orThrow();
    private final RowReader reader =
            RowReader.of(SCHEMA, "mixed-value", registry).orThrow();

    private static ArrayRow row(SplittableRandom random) {
        var texts = new String[] {"", "ABC", "Z\u00fcrich", "\u20ac\uD83D\uDE00", "a|b"};
        return ArrayRow.of(
                texts[random.nextInt(texts.length)],
                random.nextBoolean() ? null : texts[random.nextInt(texts.length)],
                random.nextBoolean() ? null : (Object) random.nextLong(),
                (long) random.nextInt(),
                random.nextBoolean() ? null : (Object) (random.nextInt(9) == 0 ? Double.NaN : random.nextDouble()),
                random.nextBoolean(),
                new byte[random.nextInt(4)],
                BigDecimal.valueOf(random.nextInt(1_000_000), 2));
    }

    private static Object[] cells(Row row) {
        var cells = new Object[8];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = row.valueAt(i);
            assertThat(row.isNull(i)).isEqualTo(cells[i] == null);
            if (cells[i] instanceof Number number && !(number instanceof BigDecimal)) {
                assertThat(Double.compare(row.doubleAt(i), number.doubleValue()))
                        .isZero();
                assertThat(row.longAt(i)).isEqualTo(number.longValue());
            }
        }
        return cells;
    }

    @Test
    void readsWhatTheCodecDecodesAmongOtherBytes() {
        var random = new SplittableRandom(4);
        for (int i = 0; i < 500; i++) {
            byte[] value = codec.encode(row(random));
            byte[] around = new byte[value.length + random.nextInt(20)];
            random.nextBytes(around);
            int from = around.length - value.length == 0 ? 0 : random.nextInt(around.length - value.length);
            System.arraycopy(value, 0, around, from, value.length);
            // When
            boolean read = reader.read(around, from, value.length);
            // Then
            assertThat(read).isTrue();
            assertThat(cells(reader.row())).isEqualTo(cells(codec.decode(value).orThrow()));
            assertThat(reader.read(around, from, value.length - 1)).isFalse();
        }
    }

    @Test
    void refusesTheBytesThatTheCodecRefuses() {
        var random = new SplittableRandom(5);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] value = codec.encode(row(random));
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
            }
            boolean read = reader.read(value, 0, value.length);
            refused += read ? 0 : 1;
            assertThat(read).isEqualTo(codec.decode(value) instanceof Result.Ok);
        }
        assertThat(refused).isBetween(1, 1_999);
    }

    @Test
    void aTextThatRepeatsIsMadeOnce() {
        var once = new String("ABC".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        byte[] value =
                codec.encode(ArrayRow.of("ABC", null, null, 1L, null, true, new byte[0], new BigDecimal("1.00")));
        // When
        reader.read(value, 0, value.length);
        // Then
        assertThat(reader.row().replaceText(0, "ABD".getBytes(StandardCharsets.UTF_8), "ABD"))
                .isFalse();
        assertThat(reader.row().replaceText(0, "ABC".getBytes(StandardCharsets.UTF_8), once))
                .isTrue();
        assertThat(reader.row().valueAt(0)).isSameAs(once);
        assertThat(reader.row().replaceText(1, new byte[0], "")).isFalse();
    }
}

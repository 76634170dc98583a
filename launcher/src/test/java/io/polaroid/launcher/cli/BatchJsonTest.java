package io.polaroid.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchJsonTest {
    @Test
    void eachRowIsALine() {
        byte[] value = BatchWriter.of(AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow())
                .write(List.of(
                        ArrayRow.of("A\"", 1_723_161_256_000_001L, 1.5, Double.NaN, null),
                        ArrayRow.of("B", 0L, 2.0, 1.0, 7L)));
        assertThat(BatchJson.isBatch(value)).isTrue();
        assertThat(BatchJson.rows(value))
                .containsExactly(
                        "{\"symbol\":\"A\\\"\",\"ts\":\"2024-08-08T23:54:16.000001Z\",\"price\":1.5,\"size\":\"NaN\",\"trade_id\":null}",
                        "{\"symbol\":\"B\",\"ts\":\"1970-01-01T00:00:00.000000Z\",\"price\":2.0,\"size\":1.0,\"trade_id\":7}");
        assertThat(BatchJson.isBatch(new byte[] {0, 0, 0, 0, 1, 2, 3, 4, 5})).isFalse();
    }
}

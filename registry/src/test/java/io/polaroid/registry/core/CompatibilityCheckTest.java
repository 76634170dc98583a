package io.polaroid.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityCheckTest {
    private static final Schema INT = Schema.create(Schema.Type.INT);
    private static final Schema LONG = Schema.create(Schema.Type.LONG);
    private static final Schema DOUBLE = Schema.create(Schema.Type.DOUBLE);
    private static final Schema STRING = Schema.create(Schema.Type.STRING);

    /** A long reads what an int wrote, and not the other way round. */
    @ParameterizedTest
    @CsvSource({
        "NONE, true, true, true",
        "BACKWARD, true, false, true",
        "BACKWARD_TRANSITIVE, true, false, false",
        "FORWARD, false, true, false",
        "FORWARD_TRANSITIVE, false, true, false",
        "FULL, false, false, false",
        "FULL_TRANSITIVE, false, false, false"
    })
    void levels(CompatibilityLevel level, boolean widening, boolean narrowing, boolean onlyTheLastCounts) {
        assertThat(CompatibilityCheck.violations(level, LONG, List.of(INT)).isEmpty())
                .isEqualTo(widening);
        assertThat(CompatibilityCheck.violations(level, INT, List.of(LONG)).isEmpty())
                .isEqualTo(narrowing);
        assertThat(CompatibilityCheck.violations(level, DOUBLE, List.of(STRING, INT))
                        .isEmpty())
                .isEqualTo(onlyTheLastCounts);
        assertThat(CompatibilityCheck.violations(level, INT, List.of(INT))).isEmpty();
        assertThat(CompatibilityCheck.violations(level, INT, List.of())).isEmpty();
    }
}

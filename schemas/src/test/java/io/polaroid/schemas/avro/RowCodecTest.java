package io.polaroid.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class RowCodecTest {
    private final SchemaRegistry registry = new InMemorySchemaRegistry();
    private final RowCodec trades =
            RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
    private final Row trade = ArrayRow.of("BTCUSDT", 1_700_000_000_000_000L, 61800.3, 0.006, 42L);

    @Test
    void readsWhatItWrote() {
        assertThat(trades.decode(trades.encode(trade))).isEqualTo(Result.ok(trade));
    }

    @Test
    void writesTheConfluentWireFormat() {
        byte[] value = trades.encode(ArrayRow.of("A", 1L, 0.0, 0.0, null));

        assertThat(value).containsExactly(0, 0, 0, 0, 1, 2, 'A', 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void refusesEveryTruncationAndTrailingBytes() {
        byte[] value = trades.encode(trade);

        for (int size = 0; size < value.length; size++) {
            assertThat(code(trades.decode(Arrays.copyOf(value, size)))).isEqualTo(ProblemCode.MALFORMED_RECORD);
        }
        assertThat(code(trades.decode(Arrays.copyOf(value, value.length + 1)))).isEqualTo(ProblemCode.MALFORMED_RECORD);
    }

    @Test
    void refusesABadMagicByteAndAnUnknownId() {
        byte[] magic = trades.encode(trade);
        magic[0] = '{';
        byte[] unknown = trades.encode(trade);
        unknown[4] = 99;

        assertThat(problem(trades.decode(magic)).detail()).startsWith("the first byte is 123, not 0");
        assertThat(problem(trades.decode(unknown)))
                .isEqualTo(
                        Problem.of(ProblemCode.MALFORMED_RECORD, "schema id 99: schema id 99 is not in the registry"));
    }

    @Test
    void throwsWhenTheRegistryIsDown() {
        SchemaRegistry down = new SchemaRegistry() {
            @Override
            public Result<Integer> register(String subject, Schema schema) {
                return Result.err(ProblemCode.REGISTRY_UNREACHABLE, "down");
            }

            @Override
            public Result<Schema> byId(int id) {
                return Result.err(ProblemCode.REGISTRY_UNREACHABLE, "down");
            }
        };
        RowCodec codec =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", down).orThrow();

        assertThatThrownBy(() -> codec.decode(trades.encode(trade))).isInstanceOf(PolaroidException.class);
        assertThatThrownBy(() -> codec.encode(trade)).isInstanceOf(PolaroidException.class);
    }

    private static ProblemCode code(Result<?> result) {
        return problem(result).code();
    }

    private static Problem problem(Result<?> result) {
        assertThat(result).isInstanceOf(Result.Err.class);
        return ((Result.Err<?>) result).problem();
    }
}

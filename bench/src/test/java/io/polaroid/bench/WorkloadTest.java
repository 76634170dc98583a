package io.polaroid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.Bar;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.ResultRows;
import io.polaroid.bench.workload.Workload;
import io.polaroid.bench.workload.Workload.Skew;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.row.ArrayRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

/** The feed is what the tables say of it, and its hand-written bytes are Avro. */
class WorkloadTest {
    private static final long MILLIS = 1_730_815_200_123L;

    @Test
    void handWrittenTradesAreWhatTheCodecReadsAndWrites() {
        var registry = new InMemorySchemaRegistry();
        var codec =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();

        var bytes = InputRow.encodeTrade(new AvroBytes(), "S042", MILLIS, 101.25, 3.5);

        assertThat(bytes).isEqualTo(codec.encode(ArrayRow.of("S042", MILLIS * 1_000, 101.25, 3.5, null)));
        assertThat(bytes.length + AvroBytes.key("S042").length).isEqualTo(39);
        var row = InputRow.trade(bytes);
        assertThat(row.symbol).isEqualTo("S042");
        assertThat(row.millis).isEqualTo(MILLIS);
        assertThat(row.price).isEqualTo(101.25);
        assertThat(row.size).isEqualTo(3.5);
        assertThat(InputRow.timeOf(bytes)).isEqualTo(MILLIS);
    }

    @Test
    void handWrittenQuotesAreWhatTheCodecReadsAndWrites() {
        var registry = new InMemorySchemaRegistry();
        registry.register("trades-value", BuiltInSchemas.trade()).orThrow();
        var codec =
                RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();

        var bytes = InputRow.encodeQuote(new AvroBytes(), "S042", MILLIS, 101.25, 3.5);

        assertThat(bytes)
                .isEqualTo(codec.encode(ArrayRow.of("S042", MILLIS * 1_000, 101.25, 3.5, 101.25 + 0.02, 3.5, null)));
        assertThat(InputRow.quote(bytes).ask).isEqualTo(101.25 + 0.02);
    }

    @Test
    void barsOrderByTimeThenArrivalAndSurviveTheirStore() throws IOException {
        var bar = new Bar()
                .add(20, 5, 1)
                .add(10, 4, 1)
                .add(20, 6, 2)
                .add(15, 9, 1)
                .add(10, 3, 1);

        var read = Bar.read(bar.write());
        var bytes = read.encode(new AvroBytes(), "S1", 0);
        var schema = new Schema.Parser().parse(ResultRows.BAR);
        GenericRecord row = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));

        assertThat(List.of(row.get("open"), row.get("high"), row.get("low"), row.get("close")))
                .containsExactly(4.0, 9.0, 3.0, 6.0);
        assertThat(row.get("volume")).isEqualTo(6.0);
        assertThat(row.get("count")).isEqualTo(5L);
        assertThat(row.get("vwap")).isEqualTo(33.0 / 6);
    }

    @Test
    void playsTheSameFeedEachTime() {
        var workload = new Workload(10_000, 50, Skew.ZIPF);

        assertThat(played(workload, 1)).isEqualTo(played(workload, 1)).isNotEqualTo(played(workload, 2));
    }

    @Test
    void oneRowOfAHundredIsLateByFiveSecondsAtMost() {
        long late = 0;
        long newest = Long.MIN_VALUE;
        for (Tick tick : played(new Workload(100_000, 1_000, Skew.ZIPF), 1)) {
            if (tick.millis < newest) {
                late++;
                assertThat(newest - tick.millis).isLessThanOrEqualTo(5_000);
            }
            newest = Math.max(newest, tick.millis);
        }
        assertThat(late).isBetween(800L, 1_200L);
        assertThat(newest - Workload.BASE_MILLIS).isBetween(71_900L, 72_000L);
    }

    @Test
    void skewDecidesHowRowsSpread() {
        var zipf = played(new Workload(100_000, 1_000, Skew.ZIPF), 1);
        var uniform = played(new Workload(100_000, 1_000, Skew.UNIFORM), 1);

        assertThat(zipf.stream().filter(tick -> tick.symbol == 0).count()).isBetween(12_500L, 14_500L);
        assertThat(uniform.stream().filter(tick -> tick.symbol == 0).count()).isBetween(50L, 150L);
    }

    private record Tick(int symbol, long millis, double price, double size) {}

    private static List<Tick> played(Workload workload, long seed) {
        var ticks = new ArrayList<Tick>();
        workload.play(seed, (symbol, millis, price, size) -> ticks.add(new Tick(symbol, millis, price, size)));
        return ticks;
    }
}

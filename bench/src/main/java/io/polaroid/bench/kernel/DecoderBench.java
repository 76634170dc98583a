package io.polaroid.bench.kernel;

import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.row.Row;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One trade out of its record value: by our codec, by hand (the limit), by Apache Avro (the usual way). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class DecoderBench {
    private static final int WIRE_HEADER = 5;

    private final byte[] value = InputRow.encodeTrade(new AvroBytes(), "S042", 1_730_815_200_123L, 101.25, 3.5);
    private final RowCodec codec = codec();
    private final InputRow byHand = new InputRow();
    private final GenericDatumReader<GenericRecord> avro = new GenericDatumReader<>(BuiltInSchemas.trade());
    private @Nullable BinaryDecoder bytes;
    private @Nullable GenericRecord record;

    private static RowCodec codec() {
        var registry = new InMemorySchemaRegistry();
        registry.register("trades-value", BuiltInSchemas.trade()).orThrow();
        return RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
    }

    /** Polaroid's codec. */
    @Benchmark
    public Row polaroid() {
        return codec.decode(value).orThrow();
    }

    /** By hand, as the peers do. */
    @Benchmark
    public InputRow hand() {
        return byHand.readTrade(value);
    }

    /** Apache Avro's generic reader, everything reused. */
    @Benchmark
    public GenericRecord apacheAvro() throws IOException {
        bytes = DecoderFactory.get().binaryDecoder(value, WIRE_HEADER, value.length - WIRE_HEADER, bytes);
        var read = avro.read(record, bytes);
        record = read;
        return read;
    }
}
